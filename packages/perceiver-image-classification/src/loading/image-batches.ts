import * as tf from '@tensorflow/tfjs';
import type { BatchSource } from 'perceiver-training';
import type { ImageDataset } from '../datasets/image-dataset.js';
import type { HostImageBatch } from './batch-task.js';
import { type HostImageBatches, hostImageBatches, type ImageBatchOptions } from './host-image-batches.js';

/** A batch of pictures. */
export type ImageBatch = Readonly<Record<string, tf.Tensor>> & {
  /** `[B, height, width, colours]`, float32, normalised. */
  readonly pixels: tf.Tensor4D;
  /** Classes, int32 `[B]`; or targets, float32 `[B, classes]`, where `soft`, label smoothing or mixing was asked for. */
  readonly labels: tf.Tensor;
};

export interface TensorBatchOptions extends ImageBatchOptions {
  /** Gives `cropBoxes` too, float32 `[B, 4]`: where each picture lies in the whole one (see `CropBox`); with MixUp and CutMix they are those of the picture that each row began with. */
  readonly cropBoxes?: boolean;
}

/** Batches for `train`. */
export interface ImageBatches extends Omit<HostImageBatches, 'next' | 'state' | 'restore'>, BatchSource<ImageBatch> {}

/**
 * Batches of pictures for training, as tensors; see {@link hostImageBatches}. Where the epochs end, or on an error, `close` ends the threads.
 *
 * @throws RangeError for options out of range
 */
export function imageBatches(dataset: ImageDataset, options: TensorBatchOptions): ImageBatches {
  const { cropBoxes = false } = options;
  const batches = hostImageBatches(dataset, options);
  return {
    ...batches,
    next: async () => {
      const batch = await batches.next();
      return batch && toTensors(batch, dataset.classes.length, cropBoxes);
    },
  };
}

function toTensors(batch: HostImageBatch, numClasses: number, cropBoxes: boolean): ImageBatch {
  const { pixels, shape, labels, targets, boxes } = batch;
  const [rows] = shape;
  return {
    pixels: tf.tensor4d(pixels, [...shape]),
    labels: targets === undefined ? tf.tensor1d(labels, 'int32') : tf.tensor2d(targets, [rows, numClasses]),
    ...(cropBoxes ? { cropBoxes: tf.tensor2d(boxes, [rows, 4]) } : {}),
  };
}
