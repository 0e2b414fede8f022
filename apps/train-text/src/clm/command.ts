import { declareParameters, parameterCount } from 'perceiver-core';
import { causalLanguageModel } from 'perceiver-text';
import { trainingCommand } from 'perceiver-training/node';
import { clmModelConfig, clmSchema } from './config.js';
import { shakespeare } from './presets/shakespeare.js';
import { shakespeareLong } from './presets/shakespeare-long.js';
import { tiny } from './presets/tiny.js';
import { describeModel, trainClm } from './train-clm.js';

/** `train-text clm`. */
export const clmCommand = trainingCommand({
  name: 'clm',
  summary: 'trains a causal language model (Perceiver AR) on bytes, then lets it write',
  schema: clmSchema,
  presets: { shakespeare, 'shakespeare-long': shakespeareLong, tiny },
  defaultPreset: 'shakespeare',
  describe: (settings) =>
    describeModel(settings, parameterCount(declareParameters(causalLanguageModel(clmModelConfig(settings))))),
  run: trainClm,
});
