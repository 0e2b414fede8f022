import * as tf from '@tensorflow/tfjs';

// Rows of a long buffer that are summed apart: no temporary of the buffer's size, and rounding errors stay small.
const ROW = 8192;

/** The sum of the squares of all elements, rank 0. */
export function sumOfSquares(x: tf.Tensor): tf.Scalar {
  if (x.size === 0) return tf.scalar(0);
  if (x.size > ROW && x.size % ROW === 0) {
    const rows = x.reshape([x.size / ROW, 1, ROW]);
    return tf.matMul(rows, rows, false, true).sum();
  }
  return x.mul(x).sum();
}

/** The L2 norm of several tensors taken as one vector, rank 0. */
export function l2Norm(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0);
  const sums = tensors.map(sumOfSquares);
  return (sums.length === 1 ? sums[0]! : tf.addN(sums)).sqrt();
}
