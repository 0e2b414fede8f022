import { hostRandom } from 'perceiver-training/random';
import type { ImageDataset } from '../datasets/image-dataset.js';
import type { BatchRow, BatchTask } from './batch-task.js';
import { epochOrder } from './epoch-order.js';
import { SPARE_STREAM } from './image-streams.js';

export interface PlanOptions {
  readonly batchSize: number;
  readonly seed: number;
  readonly shuffle: boolean;
  /** Times that all pictures come; the last batch may then be smaller. */
  readonly epochs: number;
}

/** Broken pictures of a batch that are replaced at most: a quarter of it, but eight in any case. */
const spareCount = (batchSize: number): number => Math.max(8, batchSize >> 2);

/**
 * Which pictures make the batch that begins with picture `start`, counted over all epochs; undefined behind the last one. Each epoch has
 * each picture once, and batches go on over its end.
 */
export function planBatches(
  dataset: ImageDataset,
  { batchSize, seed, shuffle, epochs }: PlanOptions,
): (start: number) => BatchTask | undefined {
  const { size, blocks } = dataset;
  // A batch needs one or few orders, each as large as the data set; two are kept, for batches over an epoch's end.
  const orders = new Map<number, Uint32Array>();
  const orderOf = (epoch: number): Uint32Array | undefined => {
    if (!shuffle) return undefined;
    const known = orders.get(epoch);
    if (known !== undefined) return known;
    const made = epochOrder(size, seed, epoch, blocks);
    for (const other of orders.keys()) if (Math.abs(other - epoch) > 1) orders.delete(other);
    orders.set(epoch, made);
    return made;
  };
  return (start) => {
    const end = Math.min(start + batchSize, epochs * size);
    if (start >= end) return undefined;
    const rows: BatchRow[] = [];
    for (let sample = start; sample < end; sample++) {
      const epoch = Math.floor(sample / size);
      const position = sample - epoch * size;
      const order = orderOf(epoch);
      rows.push({ record: dataset.record(order === undefined ? position : order[position]!), draw: [epoch, position] });
    }
    const random = hostRandom(seed, SPARE_STREAM, ...rows[0]!.draw);
    const spares = Array.from({ length: spareCount(batchSize) }, () => dataset.record(random.integer(size)));
    return { start, rows, spares };
  };
}
