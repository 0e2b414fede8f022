import * as tf from '@tensorflow/tfjs';

/** Where rotary angles apply: the first `rotatedChannels` of every head's `headChannels`, as neighbouring pairs. */
export interface RotaryLayout {
  readonly numHeads: number;
  readonly headChannels: number;
  /** Even, at most `headChannels`. */
  readonly rotatedChannels: number;
}

/** Cosines and signed sines for all channels of all heads, `[B or 1, n, heads * c]`. */
export interface Rotation {
  readonly cosine: tf.Tensor3D;
  readonly signedSine: tf.Tensor3D;
}

/**
 * `10000^(-2i / dim)` for i = 0 .. ceil(dim / 2) - 1, each step rounded to float32 (PARITY-krasserm, section 3.1).
 *
 * @param dim channels that the exponents run over
 */
export function inverseFrequencies(dim: number): Float32Array {
  const { fround } = Math;
  return Float32Array.from({ length: Math.ceil(dim / 2) }, (_, i) =>
    fround(1 / fround(10000 ** fround((2 * i) / dim))),
  );
}

/**
 * Phases `position * inverse frequency`, each twice in succession.
 *
 * @param positions float32 `[B or 1, n]`
 * @param inverseFrequency `[pairs]`
 * @returns `[B or 1, n, 2 * pairs]`
 */
export function rotaryPhases(positions: tf.Tensor2D, inverseFrequency: tf.Tensor1D): tf.Tensor3D {
  const [batch, length] = positions.shape;
  const pairs = inverseFrequency.shape[0];
  const twice = tf.tile(inverseFrequency.reshape([pairs, 1]), [1, 2]).reshape([1, 1, 2 * pairs]);
  return positions.reshape([batch, length, 1]).mul(twice);
}

/** Cosines and sines of phases `[B or 1, n, r]`, spread over the channels of all heads; the channels that pass have cosine 1, sine 0. */
export function rotationOf(phases: tf.Tensor3D, { numHeads, headChannels }: RotaryLayout): Rotation {
  const rotated = phases.shape[2];
  const sign = tf.tensor1d(Array.from({ length: rotated }, (_, channel) => (channel % 2 === 0 ? -1 : 1)));
  const spread = (x: tf.Tensor3D, passing: number): tf.Tensor3D => {
    const head =
      rotated === headChannels
        ? x
        : tf.pad(
            x,
            [
              [0, 0],
              [0, 0],
              [0, headChannels - rotated],
            ],
            passing,
          );
    return tf.tile(head, [1, 1, numHeads]);
  };
  return { cosine: spread(phases.cos(), 1), signedSine: spread(phases.sin().mul(sign), 0) };
}

/** For each channel its partner in the pair, itself where it is not rotated. */
function partners({ numHeads, headChannels, rotatedChannels }: RotaryLayout): Int32Array {
  return Int32Array.from({ length: numHeads * headChannels }, (_, channel) =>
    channel % headChannels < rotatedChannels ? channel + 1 - 2 * ((channel % headChannels) % 2) : channel,
  );
}

/** The last `length` positions of a rotation. */
export function lastOf(rotation: Rotation, length: number): Rotation {
  const cut = (x: tf.Tensor3D): tf.Tensor3D =>
    x.shape[1] === length ? x : tf.slice(x, [0, x.shape[1] - length, 0], [-1, length, -1]);
  return { cosine: cut(rotation.cosine), signedSine: cut(rotation.signedSine) };
}

/**
 * Rotates neighbouring channels: `(a, b)` to `(a cos p - b sin p, b cos p + a sin p)`. Its gradient is the rotation back.
 *
 * @param x `[B, n, heads * c]`, heads not split
 */
export function rotate(x: tf.Tensor3D, { cosine, signedSine }: Rotation, layout: RotaryLayout): tf.Tensor3D {
  const swap = (y: tf.Tensor): tf.Tensor => tf.gather(y, tf.tensor1d(partners(layout), 'int32'), 2);
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([cosine, signedSine]);
    return {
      value: x.mul(cosine).add(swap(x).mul(signedSine)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [cosine, signedSine] = saved as [tf.Tensor, tf.Tensor];
        return dy.mul(cosine).add(swap(dy.mul(signedSine)));
      },
    };
  })(x) as tf.Tensor3D;
}
