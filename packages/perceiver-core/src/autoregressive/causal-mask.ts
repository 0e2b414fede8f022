import * as tf from '@tensorflow/tfjs';
import { MASKED_SCORE } from '../layers/score-bias.js';

/** What a causal attention hides. */
export interface CausalMask {
  /** Added to the scores, `[B or 1, 1, queries, keys]`. */
  readonly scoreBias: tf.Tensor4D;
  /** 1 for queries that see at least one key, 0 for the others, `[B, queries, 1]`; only with padding. */
  readonly sighted?: tf.Tensor3D;
}

/**
 * Right-aligned causal mask: of m queries and k keys, query i sees key j if j <= i + k - m and the key is not padding.
 * Masks fill scores rather than add to them, so there is one bias for both reasons: hidden is hidden.
 *
 * @param padding `[B, keys]`, true = not to be seen
 */
export function causalMask(queries: number, keys: number, padding?: tf.Tensor2D): CausalMask {
  const latest = tf.range(keys - queries, keys, 1, 'int32').reshape([1, 1, queries, 1]);
  const past = tf.lessEqual(tf.range(0, keys, 1, 'int32').reshape([1, 1, 1, keys]), latest);
  if (padding === undefined) return { scoreBias: past.logicalNot().cast('float32').mul(MASKED_SCORE) };
  const real = padding.cast('bool').logicalNot().reshape([padding.shape[0], 1, 1, keys]);
  const seen = past.logicalAnd(real).cast('float32'); // [B, 1, m, k]
  return {
    scoreBias: tf.scalar(1).sub(seen).mul(MASKED_SCORE),
    sighted: seen.max(3).reshape([padding.shape[0], queries, 1]),
  };
}
