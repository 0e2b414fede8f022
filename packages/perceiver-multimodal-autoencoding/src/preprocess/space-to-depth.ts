import type * as tf from '@tensorflow/tfjs';
import { ModelError } from 'perceiver-core';

/**
 * Cuts frames into squares and lays each on the channel axis in the order (row, column, colour): `[B, T, H, W, C]` to
 * `[B, T * H/p * W/p, p * p * C]`.
 */
export function spaceToDepth(frames: tf.Tensor5D, patchSize: number): tf.Tensor3D {
  const [batch, count, height, width, colours] = frames.shape;
  if (height % patchSize !== 0 || width % patchSize !== 0) {
    throw new ModelError(
      `frames: expected height and width divisible by the patch size ${patchSize}, got ${height} x ${width}`,
    );
  }
  const [rows, columns] = [height / patchSize, width / patchSize];
  return frames
    .reshape([batch * count * rows, patchSize, columns, patchSize * colours])
    .transpose([0, 2, 1, 3])
    .reshape([batch, count * rows * columns, patchSize * patchSize * colours]);
}
