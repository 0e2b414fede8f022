import * as tf from '@tensorflow/tfjs';

/** A multiplier that is known while the graph is built, or computed in it (rank 0). */
export type Factor = number | tf.Scalar;

/** `a * b`; no node where both are known or one is 1. */
export function multiplyFactors(a: Factor, b: Factor): Factor {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (a === 1) return b;
  if (b === 1) return a;
  if (a === 0 || b === 0) return 0;
  return tf.mul(a, b) as tf.Scalar;
}

/** `a + b`; no node where both are known or one is 0. */
export function addFactors(a: Factor, b: Factor): Factor {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === 0) return b;
  if (b === 0) return a;
  return tf.add(a, b) as tf.Scalar;
}

/** `x * factor`; no node for a known 1. */
export function scaleTensor(x: tf.Tensor, factor: Factor): tf.Tensor {
  return factor === 1 ? x : x.mul(factor);
}

/** `1 / a`. */
export function inverse(a: Factor): Factor {
  return typeof a === 'number' ? 1 / a : (a.reciprocal() as tf.Scalar);
}
