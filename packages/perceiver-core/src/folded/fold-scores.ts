import * as tf from '@tensorflow/tfjs';

/** Epsilon of all layer norms (PAPERS, trap 3). */
export const NORM_EPSILON = 1e-5;

/** What makes scores of query rows. */
export interface FoldedScores {
  /** `[B, N, C + 2]`, or with `query` `[B, N, qk]`. */
  readonly keys: tf.Tensor3D;
  /** `[qk, C + 2]`; absent where it is multiplied out with the keys. */
  readonly query?: tf.Tensor2D;
  /** Of the constant channels: their sum, the sum of squares about their mean, their mean and their number, `[4]`. */
  readonly rest: tf.Tensor1D;
  /** All channels of a query row. */
  readonly queryChannels: number;
}

/** Parameters of norm and query product, and keys. */
export interface ScoreParts {
  /** `[E]` each. */
  readonly normScale: tf.Tensor1D;
  readonly normOffset: tf.Tensor1D;
  /** `[qk, E]` and `[qk]`. */
  readonly weight: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
  /** `[B, N, qk]` */
  readonly keys: tf.Tensor3D;
  /** Channels that are the same in all rows, `[E - C]`; they stand last. */
  readonly rest?: tf.Tensor1D;
}

/** Sets the average of each row to 0: what such a matrix is multiplied with need not be centred any more. */
export function centreRows(matrix: tf.Tensor2D): tf.Tensor2D {
  return matrix.sub(matrix.mean(1, true));
}

/**
 * Folds layer norm and query product, and if asked the keys, into one matrix: a query row q with mean m and deviation s gives scores
 * `((q - m) / s * scale + offset) W^T + b) K^T / sqrt(qk)`, which is linear in `[q / s, 1 / s, 1]`, and of q in its C first channels only.
 */
export function foldScores(parts: ScoreParts, multiplyOut: boolean): FoldedScores {
  const { normScale, normOffset, weight, bias, keys, rest } = parts;
  const [qkChannels, queryChannels] = weight.shape;
  const constant = rest?.size ?? 0;
  const factor = 1 / Math.sqrt(qkChannels);
  const centred = centreRows(weight.mul(normScale)).mul<tf.Tensor2D>(factor); // [qk, E]
  const [varying, fixed] = tf.split(centred, [queryChannels - constant, constant], 1) as [tf.Tensor2D, tf.Tensor2D];
  const column = (values: tf.Tensor): tf.Tensor2D => values.reshape([qkChannels, 1]);
  const ofRest = rest === undefined ? tf.zeros([qkChannels, 1]) : tf.matMul(fixed, rest.reshape([constant, 1]));
  const ofOffset = tf
    .matMul(weight, normOffset.reshape([queryChannels, 1]))
    .add(column(bias))
    .mul(factor);
  const query = tf.concat([varying, column(ofRest), column(ofOffset)], 1); // [qk, C + 2]
  const statistics = restStatistics(rest);
  if (!multiplyOut) return { keys, query, rest: statistics, queryChannels };
  const [batch, latents] = keys.shape;
  const folded = tf.matMul(keys.reshape<tf.Tensor2D>([batch * latents, qkChannels]), query);
  return { keys: folded.reshape([batch, latents, -1]), rest: statistics, queryChannels };
}

function restStatistics(rest: tf.Tensor1D | undefined): tf.Tensor1D {
  if (rest === undefined || rest.size === 0) return tf.zeros([4]);
  const mean = rest.mean();
  return tf.stack([rest.sum(), rest.sub(mean).square().sum(), mean, tf.scalar(rest.size)]) as tf.Tensor1D;
}

/** Scores of query rows by their first C channels: `[B or 1, n, C]` to `[B, n, N]`. */
export function scoresOf({ keys, query, rest, queryChannels }: FoldedScores, rows: tf.Tensor3D): tf.Tensor3D {
  const [restSum, restSquares, restMean, restSize] = tf.unstack(rest) as tf.Scalar[];
  const mean = rows.sum(2, true).add(restSum!).div(queryChannels); // [.., n, 1]
  const squares = rows.sub(mean).square().sum(2, true); // about the mean of all channels
  const ofRest = restSquares!.add(mean.sub(restMean!).square().mul(restSize!));
  const inverse = squares.add(ofRest).div(queryChannels).add(NORM_EPSILON).rsqrt() as tf.Tensor3D;
  const extended = tf.concat([rows.mul<tf.Tensor3D>(inverse), inverse, tf.onesLike(inverse)], 2); // [.., n, C + 2]
  const asked = query === undefined ? extended : flatProduct(extended, query);
  return tf.matMul(asked, keys, false, true) as tf.Tensor3D;
}

/** `x weight^T` on the last axis. */
function flatProduct(x: tf.Tensor3D, weight: tf.Tensor2D): tf.Tensor3D {
  const [batch, rows, channels] = x.shape;
  return tf.matMul(x.reshape<tf.Tensor2D>([batch * rows, channels]), weight, false, true).reshape([batch, rows, -1]);
}
