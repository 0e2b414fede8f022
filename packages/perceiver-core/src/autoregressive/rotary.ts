import * as tf from '@tensorflow/tfjs';
import { rotaryEmbedding } from 'tfjs-backend-onnxruntime';

/** Where rotary angles apply: the first `rotatedChannels` of every head's `headChannels`, as neighbouring pairs. */
export interface RotaryLayout {
  readonly numHeads: number;
  readonly headChannels: number;
  /** Even, at most `headChannels`. */
  readonly rotatedChannels: number;
}

/** Cosines and sines of the phases of each pair of channels, `[B or 1, n, rotatedChannels / 2]`. */
export interface Rotation {
  readonly cosine: tf.Tensor3D;
  readonly sine: tf.Tensor3D;
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

/** The rotation by phases `[B or 1, n, 2 * pairs]`, each given twice in succession. */
export function rotationOf(phases: tf.Tensor3D): Rotation {
  const [batch, length, twice] = phases.shape;
  const once = tf.slice(phases.reshape([batch, length, twice / 2, 2]), [0, 0, 0, 0], [-1, -1, -1, 1]);
  const angles = once.reshape<tf.Tensor3D>([batch, length, twice / 2]);
  return { cosine: angles.cos(), sine: angles.sin() };
}

/** The last `length` positions of a rotation. */
export function lastOf(rotation: Rotation, length: number): Rotation {
  const cut = (x: tf.Tensor3D): tf.Tensor3D =>
    x.shape[1] === length ? x : tf.slice(x, [0, x.shape[1] - length, 0], [-1, length, -1]);
  return { cosine: cut(rotation.cosine), sine: cut(rotation.sine) };
}

/**
 * Rotates neighbouring channels of every head (PARITY-krasserm, section 3.1).
 *
 * @param x `[B, n, heads * c]`, heads not split
 */
export function rotate(x: tf.Tensor3D, { cosine, sine }: Rotation, layout: RotaryLayout): tf.Tensor3D {
  return rotaryEmbedding(x, cosine, sine, layout);
}
