import { hostRandom } from 'perceiver-training';
import { BYTE_OFFSET } from '../tokenizer/special-tokens.js';
import { WINDOW_STREAM } from './data-streams.js';

export interface RandomWindowOptions {
  /** Ids a row. */
  readonly length: number;
  readonly batchSize: number;
  readonly seed: number;
}

/**
 * Batches of windows that begin anywhere in a text held in memory: bytes, or ids of another vocabulary.
 *
 * @returns the batch of a step, `[batchSize, length]` ids row after row; it depends on the seed and the step only
 */
export function randomWindows(
  bytes: Uint8Array | Int32Array,
  options: RandomWindowOptions,
): (step: number) => Int32Array {
  const { length, batchSize, seed } = options;
  if (bytes.length < length) {
    throw new RangeError(
      `randomWindows: expected at least ${length} bytes of text for one window, got ${bytes.length}`,
    );
  }
  const shift = bytes instanceof Uint8Array ? BYTE_OFFSET : 0;
  return (step) => {
    const ids = new Int32Array(batchSize * length);
    const random = hostRandom(seed, WINDOW_STREAM, step);
    for (let row = 0; row < batchSize; row++) {
      const start = random.integer(bytes.length - length + 1);
      for (let i = 0; i < length; i++) ids[row * length + i] = bytes[start + i]! + shift;
    }
    return ids;
  };
}
