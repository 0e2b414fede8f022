import * as tf from '@tensorflow/tfjs';

export interface OrthogonalizeOptions {
  /** Iterations. */
  readonly iterations?: number;
  /** Least Frobenius norm that the matrix is divided by. */
  readonly eps?: number;
}

/** Of the odd polynomial `a s + b s^3 + c s^5` that each iteration applies to the singular values (Jordan et al. 2024). */
const [A, B, C] = [3.4445, -4.775, 2.0315] as const;

/**
 * A matrix near the orthogonal one closest to `matrix`: the same singular vectors, all singular values about 1 (0.7 to 1.2
 * where they were not tiny), by Newton-Schulz iterations of degree 5, which need products of matrices only.
 *
 * @param matrix `[rows, columns]`
 * @returns `[rows, columns]`
 */
export function orthogonalize(matrix: tf.Tensor2D, { iterations = 5, eps = 1e-7 }: OrthogonalizeOptions = {}) {
  // The products are of the shorter side.
  const tall = matrix.shape[0] > matrix.shape[1];
  const norm = matrix.square().sum().sqrt().maximum(eps);
  let x = (tall ? matrix.transpose() : matrix).div(norm) as tf.Tensor2D;
  for (let i = 0; i < iterations; i++) {
    const gram = tf.matMul(x, x, false, true);
    const polynomial = tf.matMul(gram, gram).mul(C).add(gram.mul(B));
    x = tf.matMul(polynomial as tf.Tensor2D, x).add(x.mul(A));
  }
  return tall ? x.transpose() : x;
}
