import * as tf from '@tensorflow/tfjs';
import { bindParameters, type Scope } from 'perceiver-core';
import { type ImageSource, type ReadImageOptions, readImage } from 'perceiver-image-files';
import { jit } from 'tfjs-backend-onnxruntime';
import { batchPixels } from '../preprocess/batch-pixels.js';
import { changeProcessor } from '../preprocess/change-processor.js';
import { fitImage, type ImageProcessorOptions } from '../preprocess/image-processor.js';
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

/** What a classifier needs to know of its model. */
export interface PicturesDescription {
  readonly model: { readonly numLabels: number; readonly colours?: number };
  /** Names of the classes by index. */
  readonly labels: readonly string[];
  readonly processor: ImageProcessorOptions;
}

/** Any model that names what pictures show, with its weights. */
export interface PictureClassifier<Description extends PicturesDescription = PicturesDescription> {
  readonly description: Description;
  /**
   * Names what a picture shows: the most probable classes, best first.
   *
   * @throws ImageFileError for a picture that cannot be read, ModelError for pictures of several sizes in a batch where none is resized
   */
  classify(source: ImageSource, options?: ClassifyOptions): Promise<readonly LabelProbability[]>;
  /** The same for many pictures, in their order. */
  classifyBatch(
    sources: readonly ImageSource[],
    options?: ClassifyBatchOptions,
  ): Promise<(readonly LabelProbability[])[]>;
  /**
   * Logits of preprocessed pictures.
   *
   * @param pixels `[batch, height, width, colours]`, flat
   * @returns `[batch, numLabels]`, flat
   */
  logits(pixels: Float32Array, shape: readonly [number, number, number, number]): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** A model that gives logits `[B, numLabels]` of pictures. */
export interface PictureModel {
  apply(scope: Scope, inputs: { readonly pixels: tf.Tensor4D }): { readonly logits: tf.Tensor };
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

/** Makes a classifier of a model and its parameters, which it takes over. */
export function pictureClassifier<Description extends PicturesDescription>(
  description: Description,
  model: PictureModel,
  parameters: Tensors,
  { processor: changes, ...readOptions }: ClassifierOptions = {},
): PictureClassifier<Description> {
  const { colours = 3, numLabels } = description.model;
  const processor = changeProcessor(description.processor, changes);
  const run = jit((weights: Tensors, pixels: tf.Tensor4D) => model.apply(bindParameters(weights), { pixels }).logits, {
    name: 'classify',
    constants: [0],
  });
  const logits: PictureClassifier['logits'] = async (values, shape) => {
    const pixels = tf.tensor4d(values, [...shape]);
    try {
      const result = await run(parameters, pixels);
      const data = (await result.data()) as Float32Array;
      result.dispose();
      return data;
    } finally {
      pixels.dispose();
    }
  };
  const classifyBatch: PictureClassifier['classifyBatch'] = async (sources, { topK = 5, batchSize = 1 } = {}) => {
    checkCount('topK', topK);
    checkCount('batchSize', batchSize);
    const found: (readonly LabelProbability[])[] = [];
    for (let start = 0; start < sources.length; start += batchSize) {
      const images = await Promise.all(
        sources
          .slice(start, start + batchSize)
          .map(async (source) => fitImage(await readImage(source, readOptions), processor)),
      );
      const { pixels, shape } = batchPixels(images, processor, colours);
      const all = await logits(pixels, shape);
      for (let i = 0; i < images.length; i++) {
        const own = softmax(all.subarray(i * numLabels, (i + 1) * numLabels));
        found.push(topLabels(own, description.labels, topK));
      }
    }
    return found;
  };
  return {
    description,
    classify: async (source, options) => (await classifyBatch([source], options))[0]!,
    classifyBatch,
    logits,
    async dispose() {
      await run.dispose();
      tf.dispose(parameters);
    },
  };
}
