import * as tf from '@tensorflow/tfjs';
import { extendRows, foldNormedLinear, type NormedLinear, type RestStatistics, restStatistics } from './folded-norm.js';

/** What makes scores of query rows. */
export interface FoldedScores {
  /** `[B, N, C + 2]`, or with `query` `[B, N, qk]`. */
  readonly keys: tf.Tensor3D;
  /** `[qk, C + 2]`; absent where it is multiplied out with the keys. */
  readonly query?: tf.Tensor2D;
  readonly rest: RestStatistics;
  /** All channels of a query row. */
  readonly queryChannels: number;
}

/**
 * Folds layer norm and query product of one head, and if asked the keys, into one matrix.
 *
 * @param query norm and query product
 * @param keys `[B, N, qk]`
 */
export function foldScores(query: NormedLinear, keys: tf.Tensor3D, multiplyOut: boolean): FoldedScores {
  const [qkChannels, queryChannels] = query.weight.shape;
  const scaled = foldNormedLinear(query).mul<tf.Tensor2D>(1 / Math.sqrt(qkChannels)); // [qk, C + 2]
  const rest = restStatistics(query.rest);
  if (!multiplyOut) return { keys, query: scaled, rest, queryChannels };
  const [batch, latents] = keys.shape;
  const folded = tf.matMul(keys.reshape<tf.Tensor2D>([batch * latents, qkChannels]), scaled);
  return { keys: folded.reshape([batch, latents, -1]), rest, queryChannels };
}

/** Scores of query rows by their first C channels: `[B or 1, n, C]` to `[B, n, N]`. */
export function scoresOf({ keys, query, rest, queryChannels }: FoldedScores, rows: tf.Tensor3D): tf.Tensor3D {
  const extended = extendRows(rows, rest, queryChannels); // [.., n, C + 2]
  const asked = query === undefined ? extended : flatProduct(extended, query);
  return tf.matMul(asked, keys, false, true) as tf.Tensor3D;
}

/** `x weight^T` on the last axis. */
function flatProduct(x: tf.Tensor3D, weight: tf.Tensor2D): tf.Tensor3D {
  const [batch, rows, channels] = x.shape;
  return tf.matMul(x.reshape<tf.Tensor2D>([batch * rows, channels]), weight, false, true).reshape([batch, rows, -1]);
}
