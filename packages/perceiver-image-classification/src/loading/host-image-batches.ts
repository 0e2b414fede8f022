import type { Json } from 'perceiver-training';
import type { MixBatchOptions } from '../augment/mix-batch.js';
import type { ImageAugmentation } from '../augment/prepare-image.js';
import type { ImageDataset } from '../datasets/image-dataset.js';
import { imageReader } from '../datasets/image-reader.js';
import { IMAGENET_MEAN, IMAGENET_STD } from '../preprocess/image-processor.js';
import type { BatchSettings, CorruptImage, HostImageBatch } from './batch-task.js';
import { makeBatch } from './make-batch.js';
import { planBatches } from './plan-batches.js';
import { type BatchMaker, ImageLoadingError, workerPool } from './worker-pool.js';

export interface ImageBatchOptions {
  readonly batchSize: number;
  /** Height and width of the pictures of a batch. */
  readonly size: readonly [number, number];
  /** Order and random changes depend on it; 0 by default. */
  readonly seed?: number;
  /** Another order in each epoch (the default), or the data set's own. */
  readonly shuffle?: boolean;
  /** Times that all pictures come; the last batch is then as small as what is left. Without end by default. */
  readonly epochs?: number;
  /** Random changes of each picture; none by default. */
  readonly augment?: ImageAugmentation;
  /** Without an inception crop: share of the short side that is kept, in the middle; `false` (the default) stretches the whole picture. */
  readonly centre?: number | false;
  /** `pillow` (the default) equals Pillow's bicubic resize bit for bit; `sharp` is sharp's own. */
  readonly resize?: 'pillow' | 'sharp';
  /** Mean and deviation of each colour, of numbers in [0, 1]; ImageNet's by default, one of each for grey. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  /** MixUp and CutMix; none by default. */
  readonly mix?: MixBatchOptions;
  /** Threads that decode and augment; 0, the default, does it in the calling thread, which is best for small pictures in memory. */
  readonly workers?: number;
  /** Batches made ahead; two a thread by default. */
  readonly prefetch?: number;
  /**
   * What becomes of a picture that cannot be read: another one, drawn by seed and place, takes its place, and it is counted and listed
   * (`skip`, the default); or `next` fails with its error (`fail`).
   */
  readonly onCorrupt?: 'skip' | 'fail';
}

/** Pictures that could not be read so far. */
export interface CorruptImages {
  /** How many: each is counted once, however often it comes, up to the thousandth. */
  readonly count: number;
  /** The first thousand of them. */
  readonly images: readonly CorruptImage[];
}

/** Batches as plain arrays. */
export interface HostImageBatches {
  /** Batches of one pass over all pictures, rounded up. */
  readonly batchesPerEpoch: number;
  next(): Promise<HostImageBatch | undefined>;
  /** Where the next batch begins, and what was corrupt. */
  state(): Json;
  /**
   * Goes on from a state; the same data set and options are taken for granted.
   *
   * @throws TypeError for what is no state of a data set of this size
   */
  restore(state: Json): void;
  /** What was replaced in the batches given so far, those before the restored state among them. */
  corrupt(): CorruptImages;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** Corrupt pictures whose names are kept. */
const MOST_LISTED = 1000;

/**
 * Batches of pictures, decoded and augmented ahead of their use. Which pictures come, and how they are changed, depends on data set, options
 * and seed alone, not on the number of threads.
 *
 * @throws RangeError for options out of range
 */
export function hostImageBatches(dataset: ImageDataset, options: ImageBatchOptions): HostImageBatches {
  const { batchSize, size, seed = 0, shuffle = true, epochs = Number.POSITIVE_INFINITY, workers = 0 } = options;
  const { prefetch = Math.max(2 * workers, 1) } = options;
  check('batchSize', batchSize, 1);
  check('workers', workers, 0);
  check('prefetch', prefetch, 1);
  size.forEach((side) => {
    check('size', side, 1);
  });
  if (!(epochs >= 1)) throw new RangeError(`imageBatches: expected epochs of 1 or more, got ${epochs}`);
  const settings = batchSettings(dataset, options);
  const plan = planBatches(dataset, { batchSize, seed, shuffle, epochs });
  const maker = workers > 0 ? workerPool(workers, settings) : callingThread(settings);
  const total = dataset.size * epochs;

  /** Start of the next batch to give, and of the next to be begun. */
  let [position, planned] = [0, 0];
  let ahead: { start: number; batch: Promise<HostImageBatch> }[] = [];
  let corrupt = new Map<string, string>();
  let corruptCount = 0;
  let closed = false;
  const begin = (): void => {
    while (ahead.length < prefetch) {
      const task = plan(planned);
      if (task === undefined) return;
      const batch = maker.make(task);
      batch.catch(() => {}); // Told by `next`.
      ahead.push({ start: task.start, batch });
      planned += task.rows.length;
    }
  };

  return {
    batchesPerEpoch: Math.ceil(dataset.size / batchSize),
    async next() {
      if (closed) throw new ImageLoadingError('loading was closed');
      begin();
      const first = ahead.shift();
      if (first === undefined) return undefined;
      const { start } = first;
      position = Math.min(start + batchSize, total);
      // In other threads the next ones are made meanwhile; here they would only delay this one.
      if (workers > 0) begin();
      const batch = await first.batch;
      for (const { name, error } of batch.corrupt) {
        if (corrupt.has(name)) continue;
        corruptCount++;
        if (corrupt.size < MOST_LISTED) corrupt.set(name, error);
      }
      return batch;
    },
    state: () => {
      const images = [...corrupt].map(([name, error]) => ({ name, error }));
      return { samples: position, size: dataset.size, corrupt: { count: corruptCount, images } };
    },
    restore: (state) => {
      const saved = checkState(state, dataset.size);
      position = saved.samples;
      planned = saved.samples;
      ahead = [];
      corruptCount = saved.corrupt.count;
      corrupt = new Map(saved.corrupt.images.map(({ name, error }) => [name, error]));
    },
    corrupt: () => ({ count: corruptCount, images: [...corrupt].map(([name, error]) => ({ name, error })) }),
    close: async () => {
      closed = true;
      ahead = [];
      await maker.close();
    },
  };
}

function batchSettings(dataset: ImageDataset, options: ImageBatchOptions): BatchSettings {
  const { size, seed = 0, mean = IMAGENET_MEAN, std = IMAGENET_STD, mix } = options;
  const { augment, centre, resize, onCorrupt = 'skip' } = options;
  const numClasses = dataset.classes.length;
  return { size, seed, mean, std, mix, augment, centre, resize, onCorrupt, numClasses };
}

/** Makes batches in the calling thread. */
function callingThread(settings: BatchSettings): BatchMaker {
  const reader = imageReader();
  return { make: (task) => makeBatch(task, settings, reader), close: () => reader.close() };
}

function check(name: string, value: number, least: number): void {
  if (!(Number.isInteger(value) && value >= least)) {
    throw new RangeError(`imageBatches: expected ${name} of ${least} or more, got ${value}`);
  }
}

interface SavedState {
  readonly samples: number;
  readonly corrupt: CorruptImages;
}

function checkState(state: Json, size: number): SavedState {
  const saved = state as { samples?: unknown; size?: unknown; corrupt?: { count?: unknown; images?: unknown } } | null;
  const isState = Number.isInteger(saved?.samples) && Array.isArray(saved?.corrupt?.images);
  if (!(isState && saved?.size === size)) {
    throw new TypeError(
      `imageBatches: expected the state of a data set of ${size} pictures, got ${JSON.stringify(state)?.slice(0, 200)}`,
    );
  }
  return saved as unknown as SavedState;
}
