import * as tf from '@tensorflow/tfjs';
import type { BatchSource } from 'perceiver-training';
import type { ImageDataset } from '../datasets/image-dataset.js';
import type { ImageBatch } from '../task/classification-loss.js';
import type { HostImageBatch } from './batch-task.js';
import { type HostImageBatches, hostImageBatches, type ImageBatchOptions } from './host-image-batches.js';

export interface TensorBatchOptions extends ImageBatchOptions {
  /**
   * Gives `crops` too, float32 `[B, 4]`: where each picture lies in the whole one (see `CropBox`), which models take positions from. With
   * MixUp and CutMix it is that of the picture that a row began with.
   */
  readonly crops?: boolean;
}

/** Batches for `train`. */
export interface ImageBatches extends Omit<HostImageBatches, 'next' | 'state' | 'restore'>, BatchSource<ImageBatch> {}

/**
 * Batches of pictures for training, as tensors; see {@link hostImageBatches}. Call `close` in the end: it ends the threads.
 *
 * @throws RangeError for options out of range
 */
export function imageBatches(dataset: ImageDataset, options: TensorBatchOptions): ImageBatches {
  const batches = hostImageBatches(dataset, options);
  return {
    ...batches,
    next: async () => {
      const batch = await batches.next();
      return batch && toTensors(batch, dataset.classes.length, options.crops ?? false);
    },
  };
}

function toTensors(batch: HostImageBatch, numClasses: number, crops: boolean): ImageBatch {
  const { pixels, shape, targets, boxes } = batch;
  const [rows] = shape;
  return {
    pixels: tf.tensor4d(pixels, [...shape]),
    targets: tf.tensor2d(targets, [rows, numClasses]),
    ...(crops ? { crops: tf.tensor2d(boxes, [rows, 4]) } : {}),
  };
}
