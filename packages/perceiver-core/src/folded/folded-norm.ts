import * as tf from '@tensorflow/tfjs';

/** Epsilon of all layer norms (PAPERS, trap 3). */
export const NORM_EPSILON = 1e-5;

/** A layer norm and a linear layer after it, on rows of which the last channels are all alike. */
export interface NormedLinear {
  /** `[E]` each. */
  readonly normScale: tf.Tensor1D;
  readonly normOffset: tf.Tensor1D;
  /** `[out, E]` and `[out]`. */
  readonly weight: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
  /** Channels that are the same in all rows, `[E - C]`; they stand last. */
  readonly rest?: tf.Tensor1D;
}

/** What the norm needs to know of the channels that all rows share: sum, sum of squares about the mean, mean and number, `[4]`. */
export type RestStatistics = tf.Tensor1D;

/** Sets the average of each row to 0: what such a matrix is multiplied with need not be centred any more. */
export function centreRows(matrix: tf.Tensor2D): tf.Tensor2D {
  return matrix.sub(matrix.mean(1, true));
}

/**
 * Norm and linear layer as one matrix `[out, C + 2]`: a row q with mean m and deviation s gives `((q - m) / s * scale + offset) W^T + b`,
 * which is linear in `[q / s, 1 / s, 1]`, and needs of q only the C channels that vary.
 */
export function foldNormedLinear({ normScale, normOffset, weight, bias, rest }: NormedLinear): tf.Tensor2D {
  const [out, channels] = weight.shape;
  const constant = rest?.size ?? 0;
  const centred = centreRows(weight.mul(normScale)); // [out, E]
  const [varying, fixed] = tf.split(centred, [channels - constant, constant], 1) as [tf.Tensor2D, tf.Tensor2D];
  const ofRest = rest === undefined ? tf.zeros([out, 1]) : tf.matMul(fixed, rest.reshape([constant, 1]));
  const ofOffset = tf.matMul(weight, normOffset.reshape([channels, 1])).add(bias.reshape([out, 1]));
  return tf.concat([varying, ofRest as tf.Tensor2D, ofOffset as tf.Tensor2D], 1);
}

export function restStatistics(rest: tf.Tensor1D | undefined): RestStatistics {
  if (rest === undefined || rest.size === 0) return tf.zeros([4]);
  const mean = rest.mean();
  return tf.stack([rest.sum(), rest.sub(mean).square().sum(), mean, tf.scalar(rest.size)]) as tf.Tensor1D;
}

/**
 * Rows as `foldNormedLinear` multiplies them: `[B, n, C]` to `[B, n, C + 2]`.
 *
 * @param channels all channels of a row, those of the rest among them
 */
export function extendRows(rows: tf.Tensor3D, rest: RestStatistics, channels: number): tf.Tensor3D {
  const [sum, squares, restMean, size] = tf.unstack(rest) as [tf.Scalar, tf.Scalar, tf.Scalar, tf.Scalar];
  const mean = rows.sum(2, true).add(sum).div(channels); // [B, n, 1]
  const ofRest = squares.add(mean.sub(restMean).square().mul(size)); // about the mean of all channels
  const ofRows = rows.sub(mean).square().sum(2, true);
  const inverse = ofRows.add(ofRest).div(channels).add(NORM_EPSILON).rsqrt() as tf.Tensor3D;
  return tf.concat([rows.mul<tf.Tensor3D>(inverse), inverse, tf.onesLike(inverse)], 2);
}
