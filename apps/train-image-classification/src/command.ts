import { ImageDataError } from 'perceiver-image-classification';
import { trainingCommand } from 'perceiver-training/node';
import { type ImageTrainingSettings, imageTrainingSchema } from './config.js';
import { openTrainingData } from './data/training-data.js';
import { describeModel } from './describe-model.js';
import { modelConfig, type PictureFormat } from './model-config.js';
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
    const { format, description } = await describeData(settings);
    return `${description}\n${describeModel(modelConfig(settings.model, format))}`;
  },
  run: trainImageClassifier,
});

/** Classes of ImageNet, for a description where the data is not at hand. */
const IMAGENET_CLASSES = 1000;

/** A line about the data, and what a model must know of it; where the settings say it, the data need not be there. */
async function describeData(settings: ImageTrainingSettings): Promise<{ format: PictureFormat; description: string }> {
  const { size, colours } = settings.data;
  try {
    const { format, description, close } = await openTrainingData(settings);
    await close();
    return { format, description };
  } catch (error) {
    if (!(error instanceof ImageDataError) || size === undefined || colours === undefined) throw error;
    const format = { size: size as [number, number], colours, numLabels: IMAGENET_CLASSES };
    return { format, description: `${error.message}; described for ${IMAGENET_CLASSES} classes` };
  }
}
