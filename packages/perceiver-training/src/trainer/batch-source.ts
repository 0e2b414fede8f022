import { type HostRandom, hostRandom } from '../random/host-random.js';
import { DATA_STREAM } from '../random/streams.js';
import type { Batch } from './loss-function.js';

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Where batches come from. A source must give the same batches again after `restore`. */
export interface BatchSource<B extends Batch = Batch> {
  /** The next batch, whose tensors the trainer disposes; undefined at the end. */
  next(): Promise<B | undefined> | B | undefined;
  /** What is needed to go on after the last batch given. */
  state(): Json;
  /** Goes on from a state. */
  restore(state: Json): void | Promise<void>;
}

/**
 * A source whose batch is a function of its number and of random numbers drawn for it alone: crops, masks, shuffles are
 * then the same in a resumed run.
 */
export function indexedBatches<B extends Batch>(
  seed: number,
  batchAt: (index: number, random: HostRandom) => Promise<B> | B,
): BatchSource<B> {
  let index = 0;
  return {
    next: () => {
      const current = index++;
      return batchAt(current, hostRandom(seed, DATA_STREAM, current));
    },
    state: () => ({ index }),
    restore: (state) => {
      const saved = (state as { index?: unknown } | null)?.index;
      if (typeof saved !== 'number')
        throw new TypeError(`indexedBatches: expected { index }, got ${JSON.stringify(state)}`);
      index = saved;
    },
  };
}
