import { checkModelOptions, modelOptions, pretrainedOptions } from 'perceiver-inference';
import { UsageError } from 'perceiver-training/node';
import { z } from 'zod';
import { type BaselinePreset, baselinePresets } from '../load/baseline-description.js';
import { type ImageClassifierPreset, imageClassifierPresets } from '../model/presets/image-presets.js';
import { ImageClassifier } from '../predict/image-classifier-predictor.js';
import {
  type AnyPictureClassifier,
  openPictureClassifier,
  randomBaseline,
} from '../predict/open-picture-classifier.js';

const perceivers = Object.keys(imageClassifierPresets) as ImageClassifierPreset[];
const baselines = Object.keys(baselinePresets) as BaselinePreset[];
const isBaseline = (preset: ImageClassifierPreset | BaselinePreset): preset is BaselinePreset =>
  preset in baselinePresets;

/** Options of all commands here: which model, and how pictures are made fit for it. */
export const classifierOptions = {
  ...modelOptions,
  average: z.boolean().default(false).describe('of a training run that keeps one: the moving average of the weights'),
  preset: z
    .enum([...perceivers, ...baselines])
    .default('vision-perceiver-fourier')
    .describe('size of a model of random weights'),
  resize: z
    .enum(['pillow', 'sharp'])
    .default('pillow')
    .describe("pillow: as the released models were trained; sharp: sharp's own"),
};

const settingsSchema = z.strictObject(classifierOptions);

/** Opens the model that the options say. */
export async function openClassifier(
  { preset, resize, average, ...settings }: z.output<typeof settingsSchema>,
  signal: AbortSignal,
): Promise<AnyPictureClassifier> {
  checkModelOptions(settings);
  const { model, randomWeights } = settings;
  const options = { processor: { resize } };
  if (model === undefined) {
    if (average) throw new UsageError('--average: expected the --model that it is of, got --random-weights');
    if (isBaseline(preset)) return randomBaseline(preset, randomWeights!, options);
    return ImageClassifier.fromRandomWeights(preset, randomWeights!, options);
  }
  return openPictureClassifier(model, { ...pretrainedOptions(settings, { signal }), average, ...options });
}
