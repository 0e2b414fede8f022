import { checkModelOptions, modelOptions, pretrainedOptions } from 'perceiver-inference';
import { z } from 'zod';
import { type ImageClassifierPreset, imageClassifierPresets } from '../model/presets/image-presets.js';
import { ImageClassifier, type ImageClassifierPredictor } from '../predict/image-classifier-predictor.js';

const presets = Object.keys(imageClassifierPresets) as ImageClassifierPreset[];

/** Options of all commands here: which model, and how pictures are made fit for it. */
export const classifierOptions = {
  ...modelOptions,
  preset: z.enum(presets).default('vision-perceiver-fourier').describe('size of a model of random weights'),
  resize: z
    .enum(['pillow', 'sharp'])
    .default('pillow')
    .describe("pillow: as the released models were trained; sharp: sharp's own"),
};

const settingsSchema = z.strictObject(classifierOptions);

/** Opens the model that the options say. */
export async function openClassifier(
  { preset, resize, ...settings }: z.output<typeof settingsSchema>,
  signal: AbortSignal,
): Promise<ImageClassifierPredictor> {
  checkModelOptions(settings);
  const { model, randomWeights } = settings;
  const options = { processor: { resize } };
  if (model === undefined) return ImageClassifier.fromRandomWeights(preset, randomWeights!, options);
  return ImageClassifier.fromPretrained(model, { ...pretrainedOptions(settings, { signal }), ...options });
}
