import * as tf from '@tensorflow/tfjs';
import { counterUniform } from 'tfjs-backend-onnxruntime';
import type { RunContext } from '../layers/run-context.js';

/**
 * Padding of the cross-attend's keys plus, when training, the share of the prefix that this step leaves out: of each row exactly
 * `floor(prefixLength * rate)` positions drawn at random (Perceiver AR, section 4.2; PARITY-krasserm, section 3.2). Nothing is rescaled.
 *
 * @param padMask `[B, keys]`, 1 = padding
 * @returns `[B, keys]`, true = hidden; undefined when nothing is
 */
export function droppedPrefix(
  padMask: tf.Tensor2D | undefined,
  prefixLength: number,
  numLatents: number,
  rate: number,
  context: RunContext,
  batch: number,
): tf.Tensor2D | undefined {
  const dropped = Math.floor(prefixLength * rate);
  if (!context.training || dropped === 0) return padMask;
  const draws = counterUniform(context.nextKey()!, [batch, prefixLength]);
  const kept = tf.topk(draws, prefixLength - dropped, false).values.min(1, true); // [B, 1]
  const hidden = tf
    .pad(tf.less(draws, kept).cast('int32'), [
      [0, 0],
      [0, numLatents],
    ])
    .cast('bool') as tf.Tensor2D;
  return padMask === undefined ? hidden : hidden.logicalOr(padMask.cast('bool'));
}
