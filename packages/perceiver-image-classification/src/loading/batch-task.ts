import type { MixBatchOptions } from '../augment/mix-batch.js';
import type { PrepareImageOptions } from '../augment/prepare-image.js';
import type { ImageRecord } from '../datasets/image-dataset.js';

/** How pictures become a batch: plain data, the same for all batches, which worker threads get once. */
export interface BatchSettings extends PrepareImageOptions {
  readonly seed: number;
  readonly numClasses: number;
  /** Mean and deviation of each colour; one of each gives grey. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly mix?: MixBatchOptions;
  readonly onCorrupt: 'skip' | 'fail';
}

/** A picture of a batch. */
export interface BatchRow {
  readonly record: ImageRecord;
  /** Counters of its random numbers: epoch, and position in it. */
  readonly draw: readonly [epoch: number, position: number];
}

/** What is to be read and made: plain data, which worker threads take. */
export interface BatchTask {
  /** Number of the batch's first picture, counted over all epochs. */
  readonly start: number;
  readonly rows: readonly BatchRow[];
  /** Pictures that take the places of those that cannot be read, in this order. */
  readonly spares: readonly ImageRecord[];
}

/** A picture that could not be read. */
export interface CorruptImage {
  readonly name: string;
  readonly error: string;
}

/** A batch as plain arrays. */
export interface HostImageBatch {
  /** `[B, height, width, colours]`, flat. */
  readonly pixels: Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number, colours: number];
  /** `[B]`; with MixUp and CutMix the class of the picture that each row began with. */
  readonly labels: Int32Array;
  /** `[B, classes]`, flat: shares of the classes, a one in each row where nothing is mixed. */
  readonly targets: Float32Array;
  /** `[B, 4]`, flat: top, left, bottom, right (see `CropBox`). */
  readonly boxes: Float32Array;
  /** What was replaced. */
  readonly corrupt: readonly CorruptImage[];
}
