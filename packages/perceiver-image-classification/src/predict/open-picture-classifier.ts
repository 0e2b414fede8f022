import { type Declarable, declareParameters, initializeParameters } from 'perceiver-core';
import type { ModelKind, OpenModelOptions } from 'perceiver-inference';
import {
  type BaselineDescription,
  type BaselinePreset,
  baselinePresets,
  buildBaseline,
  describeBaseline,
  isBaselineConfig,
  parseBaselineConfig,
} from '../load/baseline-description.js';
import { buildDescribed, type ImageClassifierDescription, parseImageClassifierConfig } from '../load/description.js';
import { openDescribed } from '../load/open-described.js';
import { type ImageClassifierPredictor, imageClassifierPredictor } from './image-classifier-predictor.js';
import { type ClassifierOptions, type PictureClassifier, pictureClassifier } from './picture-classifier.js';

type Description = ImageClassifierDescription | BaselineDescription;

const kind: ModelKind<Description, Declarable<never>> = {
  parseConfig: (json) => (isBaselineConfig(json) ? parseBaselineConfig(json) : parseImageClassifierConfig(json)),
  build: (description) => ('architecture' in description ? buildBaseline(description) : buildDescribed(description)),
};

/** A classifier of pictures: a Perceiver, which can show where it looks, or a baseline. */
export type AnyPictureClassifier = ImageClassifierPredictor | PictureClassifier<BaselineDescription>;

/**
 * Opens any classifier of pictures by its name on the hub or its path: what `ImageClassifier.fromPretrained` opens, and torchvision's
 * checkpoints of ResNets (50 layers and more) and Vision Transformers (`.pth` or safetensors), which are recognised by their names and need
 * no configuration.
 *
 * @throws CheckpointError and its kinds, ModelError
 */
export async function openPictureClassifier(
  idOrPath: string,
  options: OpenModelOptions & ClassifierOptions = {},
): Promise<AnyPictureClassifier> {
  const { config, parameters } = await openDescribed(idOrPath, kind, options);
  if (!('architecture' in config)) return imageClassifierPredictor(config, parameters, options);
  return pictureClassifier(config, buildBaseline(config), parameters, options);
}

/** A baseline of random weights: its answers mean nothing, but it takes the time and memory of a trained one. */
export function randomBaseline(
  preset: BaselinePreset,
  seed: number,
  options: ClassifierOptions = {},
): PictureClassifier<BaselineDescription> {
  const description = describeBaseline(baselinePresets[preset]);
  const model = buildBaseline(description);
  return pictureClassifier(description, model, initializeParameters(declareParameters(model), seed), options);
}
