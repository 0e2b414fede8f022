import * as tf from '@tensorflow/tfjs';
import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { bindParameters, declareParameters, initializeParameters } from 'perceiver-core';
import { type ImageSource, type ReadImageOptions, readImage } from 'perceiver-image-files';
import { openModel } from 'perceiver-inference';
import { jit } from 'tfjs-backend-onnxruntime';
import { type AttentionMaps, attentionMapsOf } from '../attention/attention-maps.js';
import {
  buildDescribed,
  describeModel,
  type ImageClassifierDescription,
  parseImageClassifierConfig,
} from '../load/description.js';
import type { ImageClassifierConfig } from '../model/image-classifier.js';
import { type ImageClassifierPreset, imageClassifierPresets } from '../model/presets/image-presets.js';
import { fitImage, type ImageProcessorOptions, normalizeImage } from '../preprocess/image-processor.js';
import { type LabelProbability, topLabels } from './top-labels.js';

type Tensors = Record<string, tf.Tensor>;

/** How pictures are read and made fit for the model. */
export interface ClassifierOptions extends ReadImageOptions {
  /** In place of what the model's own configuration says; the size is free for models with Fourier features. */
  readonly processor?: ImageProcessorOptions;
}

export interface ClassifyOptions {
  /** Classes to name; 5 by default. */
  readonly topK?: number;
}

export interface ClassifyBatchOptions extends ClassifyOptions {
  /** Pictures that run at once; 1 by default, which needs the least memory and on a CPU costs nothing. */
  readonly batchSize?: number;
}

/** An image classifier with its weights. */
export interface ImageClassifierPredictor {
  readonly description: ImageClassifierDescription;
  /**
   * Names what a picture shows: the most probable classes, best first.
   *
   * @throws ImageFileError for a picture that cannot be read
   */
  classify(source: ImageSource, options?: ClassifyOptions): Promise<readonly LabelProbability[]>;
  /** The same for many pictures, in their order. */
  classifyBatch(
    sources: readonly ImageSource[],
    options?: ClassifyBatchOptions,
  ): Promise<(readonly LabelProbability[])[]>;
  /** What each latent looks at in a picture: the probabilities of the encoder's cross-attend. */
  attend(source: ImageSource): Promise<AttentionMaps>;
  /**
   * Logits of preprocessed pictures.
   *
   * @param pixels `[batch, height, width, colours]`, flat
   * @returns `[batch, numLabels]`, flat
   */
  logits(pixels: Float32Array, shape: readonly [number, number, number, number]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

function checkCount(name: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 1)) {
    throw new RangeError(`classify: expected ${name} of 1 or more, got ${value}`);
  }
}

function softmax(logits: Float32Array): number[] {
  const top = Math.max(...logits);
  const shares = Array.from(logits, (logit) => Math.exp(logit - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Makes a predictor from a description and parameters, which it takes over. */
export function imageClassifierPredictor(
  description: ImageClassifierDescription,
  parameters: Tensors,
  { processor: changes, ...readOptions }: ClassifierOptions = {},
): ImageClassifierPredictor {
  const model = buildDescribed(description);
  const { colours = 3, numLabels } = description.model;
  const processor = { ...description.processor, ...changes };
  const logitsOf = jit(
    (weights: Tensors, pixels: tf.Tensor4D) => model.apply(bindParameters(weights), { pixels }).logits,
    { name: 'classify', constants: [0] },
  );
  const attentionOf = jit(
    (weights: Tensors, pixels: tf.Tensor4D) => {
      const { intermediates } = model.apply(bindParameters(weights), { pixels }, { returnIntermediates: true });
      return (intermediates!['cross_attention.encoder'] as tf.Tensor4D).mean<tf.Tensor3D>(1); // [B, N, M]
    },
    { name: 'attend', constants: [0] },
  );
  const fit = async (source: ImageSource) => fitImage(await readImage(source, readOptions), processor);
  const run = async (
    fn: (weights: Tensors, pixels: tf.Tensor4D) => Promise<tf.Tensor>,
    values: Float32Array,
    shape: readonly [number, number, number, number],
  ): Promise<Float32Array> => {
    const pixels = tf.tensor4d(values, [...shape]);
    try {
      const result = await fn(parameters, pixels);
      const data = (await result.data()) as Float32Array;
      result.dispose();
      return data;
    } finally {
      pixels.dispose();
    }
  };
  const classifyBatch: ImageClassifierPredictor['classifyBatch'] = async (
    sources,
    { topK = 5, batchSize = 1 } = {},
  ) => {
    checkCount('topK', topK);
    checkCount('batchSize', batchSize);
    const found: (readonly LabelProbability[])[] = [];
    for (let start = 0; start < sources.length; start += batchSize) {
      const images = await Promise.all(sources.slice(start, start + batchSize).map(fit));
      const { height, width } = images[0]!;
      const size = height * width * colours;
      const pixels = new Float32Array(images.length * size);
      images.forEach((image, i) => {
        pixels.set(normalizeImage(image, processor), i * size);
      });
      const logits = await run(logitsOf, pixels, [images.length, height, width, colours]);
      for (let i = 0; i < images.length; i++) {
        const own = softmax(logits.subarray(i * numLabels, (i + 1) * numLabels));
        found.push(topLabels(own, description.labels, topK));
      }
    }
    return found;
  };
  return {
    description,
    classify: async (source, options) => (await classifyBatch([source], options))[0]!,
    classifyBatch,
    attend: async (source) => {
      const image = await fit(source);
      const probabilities = await run(attentionOf, normalizeImage(image, processor), [
        1,
        image.height,
        image.width,
        colours,
      ]);
      return attentionMapsOf(image, probabilities, description.model);
    },
    logits: (pixels, shape) => run(logitsOf, pixels, shape),
    async dispose() {
      await logitsOf.dispose();
      await attentionOf.dispose();
      tf.dispose(parameters);
    },
  };
}

/** Opens image classifiers. */
export const ImageClassifier = {
  /**
   * Opens a model by its name on the Hugging Face hub (`deepmind/vision-perceiver-fourier`), or by the path of a file, a folder or a training
   * run.
   *
   * @throws CheckpointError and its kinds, ModelError
   */
  async fromPretrained(
    idOrPath: string,
    options: LoadPretrainedOptions & ClassifierOptions = {},
  ): Promise<ImageClassifierPredictor> {
    const kind = { parseConfig: parseImageClassifierConfig, build: buildDescribed };
    const { config, parameters } = await openModel(idOrPath, kind, options);
    return imageClassifierPredictor(config, parameters, options);
  },

  /** A model of random weights: its answers mean nothing, but it takes the time and memory of a trained one. */
  fromRandomWeights(
    preset: ImageClassifierPreset | ImageClassifierConfig,
    seed: number,
    options: ClassifierOptions = {},
  ): ImageClassifierPredictor {
    const description = describeModel(typeof preset === 'string' ? imageClassifierPresets[preset] : preset);
    const declaration = declareParameters(buildDescribed(description));
    return imageClassifierPredictor(description, initializeParameters(declaration, seed), options);
  },
};
