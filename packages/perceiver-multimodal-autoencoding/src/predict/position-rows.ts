import * as tf from '@tensorflow/tfjs';
import { type PositionRule, pointFourierFeatures, type RowSource } from 'perceiver-core';
import { jit } from 'tfjs-backend-onnxruntime';

/** Makes rows with position features; what is compiled serves all of them. */
export interface PositionRows {
  /** @param values what stands before the features in each row, `[points, C]`; nothing by default. The caller keeps it until the last row is made. */
  of(values?: tf.Tensor2D): RowSource;
  dispose(): Promise<void>;
}

export interface PositionOptions {
  readonly numBands: number;
  readonly maxResolution: readonly number[];
  readonly rule: PositionRule;
}

/** Fourier features of the points of a grid, made piece by piece. */
export function positionRows(sizes: readonly number[], options: PositionOptions): PositionRows {
  const rowsFrom = jit(
    (start: tf.Tensor, count: number, given: tf.Tensor2D | undefined) => {
      const points = tf.range(0, count, 1, 'int32').add<tf.Tensor1D>(start);
      const features = pointFourierFeatures(points, sizes, options);
      const rows = given === undefined ? features : tf.concat([tf.gather(given, points) as tf.Tensor2D, features], 1);
      return rows.expandDims<tf.Tensor3D>(0);
    },
    { name: 'rows with positions' },
  );
  return {
    of: (values) => ({
      length: sizes.reduce((product, size) => product * size, 1),
      rows: async (start, end) => {
        const first = tf.scalar(start, 'int32');
        const rows = await rowsFrom(first, end - start, values);
        first.dispose();
        return rows;
      },
    }),
    dispose: () => rowsFrom.dispose(),
  };
}

/** One row, a trained vector. */
export function trainedRow(vector: tf.Tensor): RowSource {
  return { length: 1, rows: () => vector.reshape<tf.Tensor3D>([1, 1, -1]) };
}
