import { ModelError } from 'perceiver-core';
import { imageNetClasses } from '../labels/imagenet-labels.js';
import { type ImageClassifierConfig, type ImageClassifierModel, imageClassifier } from '../model/image-classifier.js';
import type { ImageProcessorOptions } from '../preprocess/image-processor.js';
import { hubFields, imageClassifierConfigFromHub, isHubModel } from './hub-config.js';
import { averagingClassifierConfig, imageClassifierConfigFromPackage } from './package-config.js';

/** Everything that a `config.json` says of an image classifier. */
export interface ImageClassifierDescription {
  readonly model: ImageClassifierConfig;
  /** Names of the classes by index. */
  readonly labels: readonly string[];
  readonly processor: ImageProcessorOptions;
}

const MODEL_TYPE = 'perceiver-image-classifier';

/** Names of classes where nobody gave any: ImageNet's for 1000 classes, numbers otherwise. */
export function usualLabels(numLabels: number): readonly string[] {
  const imageNet = imageNetClasses();
  if (numLabels === imageNet.length) return imageNet.map(({ label }) => label);
  return Array.from({ length: numLabels }, (_, i) => String(i));
}

/** A model with the usual names of classes and the usual processor for its size. */
export function describeModel(model: ImageClassifierConfig): ImageClassifierDescription {
  return { model, labels: usualLabels(model.numLabels), processor: { size: model.imageSize } };
}

/** The model that a description says. */
export const buildDescribed = ({ model }: ImageClassifierDescription): ImageClassifierModel => imageClassifier(model);

/**
 * Reads a `config.json`: Hugging Face's of the released models, one that `imageClassifierConfigText` wrote, the `perceiver-io` package's, or the flat
 * record of an averaging Perceiver.
 *
 * @throws ModelError
 */
export function parseImageClassifierConfig(json: unknown): ImageClassifierDescription {
  if (typeof json !== 'object' || json === null) {
    throw new ModelError(`config.json: expected an object, got ${JSON.stringify(json)}`);
  }
  const fields = json as Record<string, unknown>;
  const own = fields.image_processor as ImageProcessorOptions | undefined;
  if (fields.model_type === MODEL_TYPE) {
    const model = fields.config as ImageClassifierConfig | undefined;
    if (model?.encoder === undefined || model.input === undefined) {
      throw new ModelError('config.json: expected input and encoder in config, got neither or one only');
    }
    return {
      ...describeModel(model),
      ...namedLabels(fields.labels, model.numLabels),
      ...(own ? { processor: own } : {}),
    };
  }
  // Hugging Face wrappers of the package put its configuration under `model_config`.
  const nested = (fields.model_config ?? fields) as Record<string, unknown>;
  if ('encoder' in nested && 'decoder' in nested) return ofPackage(imageClassifierConfigFromPackage(nested));
  if ('image_shape' in fields) return ofPackage(averagingClassifierConfig(fields));
  const model = imageClassifierConfigFromHub(fields);
  const names = fields.id2label as Record<string, unknown> | undefined;
  const listed = names && Array.from({ length: model.numLabels }, (_, i) => names[i]);
  return { ...describeModel(model), ...namedLabels(listed, model.numLabels), ...(own ? { processor: own } : {}) };
}

/** The package's data modules scale pixels to [-1, 1] and take pictures whole. */
function ofPackage(model: ImageClassifierConfig): ImageClassifierDescription {
  const halves = Array<number>(model.colours ?? 3).fill(0.5);
  return { ...describeModel(model), processor: { size: model.imageSize, cropSize: false, mean: halves, std: halves } };
}

/** Names that are names: Hugging Face writes `LABEL_0` where there are none. */
function namedLabels(labels: unknown, numLabels: number): { labels?: readonly string[] } {
  if (!Array.isArray(labels) || labels.length !== numLabels) return {};
  if (labels.some((label) => typeof label !== 'string' || /^LABEL_\d+$/.test(label))) return {};
  return { labels };
}

/**
 * Text of the `config.json` beside the weights of an image classifier. Hugging Face's classes read it too, where they have such a model with the
 * same constants.
 */
export function imageClassifierConfigText({ model, labels, processor }: ImageClassifierDescription): string {
  const fields = isHubModel(model)
    ? { ...hubFields(model, labels), image_processor: processor }
    : { model_type: MODEL_TYPE, config: model, labels, image_processor: processor };
  return `${JSON.stringify(fields, null, 2)}\n`;
}
