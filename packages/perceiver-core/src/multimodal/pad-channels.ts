import * as tf from '@tensorflow/tfjs';
import { trainablePosition } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';

/** Channels of all modalities after padding: the widest one's plus `minPadding`, so that each has a trained vector that tells it apart. */
export function paddedChannels(channels: readonly number[], minPadding: number): number {
  return Math.max(...channels) + minPadding;
}

/** The trained vector `padding.<modality>` that fills a modality's channels up to `width`, `[1, width - channels]`. */
export function paddingVector(scope: Scope, modality: string, channels: number, width: number): tf.Tensor2D {
  return scope.at('padding').parameter(modality, [1, width - channels], trainablePosition());
}

/** Puts one vector behind the channels of every row: `[B, M, C]` and `[1, P]` to `[B, M, C + P]`. */
export function padChannels(x: tf.Tensor3D, padding: tf.Tensor2D): tf.Tensor3D {
  const [batch, rows] = x.shape;
  const width = padding.shape[1];
  if (width === 0) return x;
  return tf.concat([x, tf.tile(padding.reshape<tf.Tensor3D>([1, 1, width]), [batch, rows, 1])], 2);
}
