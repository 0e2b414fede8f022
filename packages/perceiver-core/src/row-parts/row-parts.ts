import * as tf from '@tensorflow/tfjs';
import { linear } from 'tfjs-backend-onnxruntime';

/** Rows of an input array in parts: what they show, then where they are. */
export interface RowParts {
  /** `[B, M, c]` */
  readonly features: tf.Tensor3D;
  /** What makes a row's first channels of its features, weight `[F, c]` and bias `[F]`; by default they are the features themselves. */
  readonly embedding?: { readonly weight: tf.Tensor2D; readonly bias: tf.Tensor1D };
  /**
   * A row's last channels, the same for all examples: the sum of a row of each axis, `[size, P]`, for the points of a grid (the last axis
   * runs fastest). Each channel is 0 in all axes but one. One axis of M where there is no grid.
   */
  readonly axes: readonly tf.Tensor2D[];
}

/** The rows themselves, `[B, M, F + P]`. */
export function joinRowParts({ features, embedding, axes }: RowParts): tf.Tensor3D {
  const [batch, rows] = features.shape;
  const first =
    embedding === undefined ? features : (linear(features, embedding.weight, embedding.bias) as tf.Tensor3D);
  const positions = sumOfAxes(axes).reshape<tf.Tensor3D>([1, rows, -1]);
  return tf.concat([first, batch === 1 ? positions : tf.tile(positions, [batch, 1, 1])], 2);
}

/** For all points the sum of what their axes have, `[size, ...rest]` of each axis to `[...sizes, ...rest]`. */
export function sumOfAxes(axes: readonly tf.Tensor[]): tf.Tensor {
  const sizes = axes.map(({ shape: [size] }) => size!);
  return axes
    .map((rows, axis) => rows.reshape([...alongAxis(sizes, axis), ...rows.shape.slice(1)]))
    .reduce((sum, rows) => sum.add(rows));
}

/** Sizes of an axis' numbers beside those of the others: 1 everywhere else. */
export const alongAxis = (sizes: readonly number[], axis: number): number[] =>
  sizes.map((size, other) => (other === axis ? size : 1));
