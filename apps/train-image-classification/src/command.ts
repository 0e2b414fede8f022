import { trainingCommand } from 'perceiver-training/node';
import { imageTrainingSchema } from './config.js';
import { openTrainingData } from './data/training-data.js';
import { describeModel } from './describe-model.js';
import { modelConfig } from './model-config.js';
import { presets } from './presets/presets.js';
import { trainImageClassifier } from './train-image-classifier.js';

/** `train-image-classification train`, which needs no name. */
export const trainCommand = trainingCommand({
  name: 'train',
  summary: 'trains an image classifier, measures it, and writes a report with pictures',
  schema: imageTrainingSchema,
  presets,
  defaultPreset: 'fashion-mnist',
  describe: async (settings) => {
    const { format, description } = await openTrainingData(settings);
    return `${description}\n${describeModel(modelConfig(settings.model, format))}`;
  },
  run: trainImageClassifier,
});
