import { declareParameters, parameterCount } from 'perceiver-core';
import { maskedLanguageModel } from 'perceiver-text';
import { trainingCommand } from 'perceiver-training/node';
import { mlmModelConfig, mlmSchema } from './config.js';
import { languagePerceiverIoBase } from './presets/language-perceiver-io-base.js';
import { languagePerceiverIoBaseSentencePiece } from './presets/language-perceiver-io-base-sentencepiece.js';
import { languagePerceiverIoPlusPlus } from './presets/language-perceiver-io-plus-plus.js';
import { novels } from './presets/novels.js';
import { novelsGrowing } from './presets/novels-growing.js';
import { tiny } from './presets/tiny.js';
import { describeModel, trainMlm } from './train-mlm.js';

/** `train-text mlm`. */
export const mlmCommand = trainingCommand({
  name: 'mlm',
  summary: 'trains a masked language model (Perceiver IO) on bytes or word pieces',
  schema: mlmSchema,
  presets: {
    novels,
    'novels-growing': novelsGrowing,
    'language-perceiver-io-base': languagePerceiverIoBase,
    'language-perceiver-io-base-sentencepiece': languagePerceiverIoBaseSentencePiece,
    'language-perceiver-io-plus-plus': languagePerceiverIoPlusPlus,
    tiny,
  },
  defaultPreset: 'novels',
  describe: (settings) =>
    describeModel(settings, parameterCount(declareParameters(maskedLanguageModel(mlmModelConfig(settings))))),
  run: trainMlm,
});
