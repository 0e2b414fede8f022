import * as tf from '@tensorflow/tfjs';
import { kernelAvailable, runKernel } from './kernel-available.js';

/** Kernel name: inputs `x, cosine, sine`, attributes `numHeads, rotatedChannels`. */
export const ROTARY_KERNEL = 'RotaryEmbedding';

/** Which channels turn: the first `rotatedChannels` (even) of every head, as neighbouring pairs. */
export interface RotaryEmbeddingOptions {
  readonly numHeads: number;
  readonly rotatedChannels: number;
}

/** The same of tfjs operations, which have gradients of their own. */
function composed(
  x: tf.Tensor3D,
  cosine: tf.Tensor3D,
  sine: tf.Tensor3D,
  { numHeads, rotatedChannels }: RotaryEmbeddingOptions,
) {
  const [batch, length, channels] = x.shape;
  const headChannels = channels / numHeads;
  const heads = x.reshape<tf.Tensor4D>([batch, length, numHeads, headChannels]);
  const turning = tf.slice(heads, [0, 0, 0, 0], [-1, -1, -1, rotatedChannels]);
  const pairs = turning.reshape([batch, length, numHeads, rotatedChannels / 2, 2]);
  const [a, b] = tf.unstack(pairs, 4) as [tf.Tensor, tf.Tensor]; // [B, n, h, pairs]
  const [cos, sin] = [cosine.expandDims(2), sine.expandDims(2)];
  const turned = tf.stack([a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))], 4);
  const passing = tf.slice(heads, [0, 0, 0, rotatedChannels], [-1, -1, -1, headChannels - rotatedChannels]);
  const parts = [turned.reshape<tf.Tensor4D>([batch, length, numHeads, rotatedChannels]), passing];
  return (rotatedChannels === headChannels ? parts[0]! : tf.concat(parts, 3)).reshape<tf.Tensor3D>(x.shape);
}

/**
 * Rotary positions (Su et al., 2021) on neighbouring channels: `(a, b)` becomes `(a cos p - b sin p, b cos p + a sin p)`.
 * The gradient is the rotation back.
 *
 * @param x `[B, n, heads * c]`, heads not split
 * @param cosine `[B or 1, n, rotatedChannels / 2]`, cosines of the phases of each pair
 * @param sine the same shape
 */
export function rotaryEmbedding(
  x: tf.Tensor3D,
  cosine: tf.Tensor3D,
  sine: tf.Tensor3D,
  options: RotaryEmbeddingOptions,
): tf.Tensor3D {
  const [batch, length, channels] = x.shape;
  const { numHeads, rotatedChannels } = options;
  const expected = [cosine.shape[0] === 1 ? 1 : batch, length, rotatedChannels / 2];
  if (
    cosine.shape.join() !== expected.join() ||
    sine.shape.join() !== expected.join() ||
    rotatedChannels * numHeads > channels
  ) {
    throw new RangeError(
      `rotaryEmbedding: expected cosine and sine [${expected}] for x [${x.shape}], ${numHeads} heads and ${rotatedChannels} rotated channels, got [${cosine.shape}] and [${sine.shape}]`,
    );
  }
  if (!kernelAvailable(ROTARY_KERNEL)) return composed(x, cosine, sine, options);
  const turn = (x: tf.Tensor, cosine: tf.Tensor, sine: tf.Tensor) =>
    runKernel(ROTARY_KERNEL, { x, cosine, sine }, { ...options })[0]!;
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([cosine, sine]);
    return {
      value: turn(x, cosine, sine),
      gradFunc: (dy: tf.Tensor, [cosine, sine]: tf.Tensor[]) => turn(dy, cosine!, sine!.neg()),
    };
  })(x) as tf.Tensor3D;
}
