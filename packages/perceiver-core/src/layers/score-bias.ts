import * as tf from '@tensorflow/tfjs';

/** The most negative float32. Added to a score it swallows it, so a row whose keys are all masked attends to all alike. */
export const MASKED_SCORE = -3.4028234663852886e38;

/**
 * Score bias of an attention mask, as transformers makes it (PARITY, section 1).
 *
 * @param attentionMask `[B, M]`, 1 = keep, 0 = mask
 * @returns `[B, 1, 1, M]`
 */
export function attentionMaskBias(attentionMask: tf.Tensor2D): tf.Tensor4D {
  const [batch, length] = attentionMask.shape;
  const dropped = tf.scalar(1).sub(attentionMask.cast('float32'));
  return dropped.mul(MASKED_SCORE).reshape([batch, 1, 1, length]);
}

/**
 * Whether an example keeps any input at all, for `sighted`: with it, attention over nothing gives zeros, as in DeepMind's code
 * (PAPERS, trap 6); without it the average of all values, as in transformers.
 *
 * @param attentionMask `[B, M]`, 1 = keep, 0 = mask
 * @returns `[B, 1, 1]`, 1 or 0
 */
export function keptAny(attentionMask: tf.Tensor2D): tf.Tensor3D {
  return attentionMask.cast('float32').max(1).reshape([attentionMask.shape[0], 1, 1]);
}
