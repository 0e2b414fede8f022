import * as tf from '@tensorflow/tfjs';

// Rows of a long buffer that are summed apart: no temporary of the buffer's size, and rounding errors stay small.
const ROW = 1024;

/** The sum of the squares of all elements, rank 0. */
export function sumOfSquares(x: tf.Tensor): tf.Scalar {
  if (x.size === 0) return tf.scalar(0);
  if (x.size > ROW && x.size % ROW === 0) {
    const rows = x.reshape([x.size / ROW, 1, ROW]);
    return tf.matMul(rows, rows, false, true).sum();
  }
  // Two stages: one long float32 sum of 300,000 squares is off by 1e-6.
  return x.rank > 1 ? x.mul(x).sum(-1).sum() : x.mul(x).sum();
}

/** The L2 norm of several tensors taken as one vector, rank 0. */
export function l2Norm(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0);
  const sums = tensors.map(sumOfSquares);
  return (sums.length === 1 ? sums[0]! : tf.addN(sums)).sqrt();
}
