import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.js';

/** A long array that is made or read piece by piece. */
export interface RowSource {
  /** Rows of each example. */
  readonly length: number;
  /** Rows `[start, end)` of all examples, `[B, end - start, C]`. The caller disposes them. */
  rows(start: number, end: number): tf.Tensor3D | Promise<tf.Tensor3D>;
}

/** Rows of which the last channels are all alike, such as a modality's padding. */
export interface PaddedRows {
  /** The rows without the channels of `rest`. */
  readonly rows: RowSource;
  /** Channels that are the same in all rows, `[R]`; they stand behind the others. */
  readonly rest?: tf.Tensor1D;
}

/** Rows as padded ones without padding. */
export const asPadded = (rows: RowSource | PaddedRows): PaddedRows => ('length' in rows ? { rows } : rows);

/** Rows with the channels that they share, `[B, n, C]` and `[R]` to `[B, n, C + R]`. */
export function padRows(rows: tf.Tensor3D, rest: tf.Tensor1D | undefined): tf.Tensor3D {
  if (rest === undefined) return rows;
  const [batch, count] = rows.shape;
  return tf.concat([rows, tf.tile(rest.reshape<tf.Tensor3D>([1, 1, -1]), [batch, count, 1])], 2);
}

/**
 * Rows of an array in memory; only the rows asked for are copied.
 *
 * @param values `[batch, length, channels]`, flat
 */
export function arrayRows(
  values: Float32Array,
  [batch, length, channels]: readonly [number, number, number],
): RowSource {
  if (values.length !== batch * length * channels) {
    throw new ModelError(`arrayRows: expected ${batch} x ${length} x ${channels} numbers, got ${values.length}`);
  }
  return {
    length,
    rows: (start, end) => {
      const part = (example: number): Float32Array =>
        values.subarray((example * length + start) * channels, (example * length + end) * channels);
      if (batch === 1) return tf.tensor3d(part(0), [1, end - start, channels]);
      const joined = new Float32Array(batch * (end - start) * channels);
      for (let example = 0; example < batch; example++) joined.set(part(example), example * (end - start) * channels);
      return tf.tensor3d(joined, [batch, end - start, channels]);
    },
  };
}

/** Bounds of pieces of at most `size` rows. */
export function* chunkBounds(length: number, size: number): Generator<readonly [start: number, end: number]> {
  if (!(Number.isInteger(size) && size >= 1)) throw new ModelError(`expected a chunk size of at least 1, got ${size}`);
  for (let start = 0; start < length; start += size) yield [start, Math.min(start + size, length)];
}

/** The parameters below a dotted path, under their full names. */
export function parametersUnder(
  parameters: Readonly<Record<string, tf.Tensor>>,
  path: string,
): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => name.startsWith(`${path}.`)));
}
