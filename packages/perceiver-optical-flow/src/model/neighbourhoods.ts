import * as tf from '@tensorflow/tfjs';

/** Numbers of a 3 x 3 neighbourhood of one frame. */
export const PATCH_CHANNELS = 27;

/**
 * 3 x 3 neighbourhoods of two frames beside each other, zero outside (Perceiver IO, section 4.2).
 *
 * @param frames `[B, 2, H, W, 3]`
 * @returns `[B, H * W, 54]`: of the first frame channel `(3 * dy + dx) * 3 + colour`, then of the second
 */
export function neighbourhoods(frames: tf.Tensor5D): tf.Tensor3D {
  const padded = tf.pad(frames, [
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  return innerNeighbourhoods(padded as tf.Tensor5D);
}

/** Neighbourhoods of all pixels but those at the border: `[B, 2, H + 2, W + 2, 3]` to `[B, H * W, 54]`. */
export function innerNeighbourhoods(padded: tf.Tensor5D): tf.Tensor3D {
  const [batch, , outerHeight, outerWidth, colours] = padded.shape;
  const [height, width] = [outerHeight - 2, outerWidth - 2];
  const shifted: tf.Tensor[] = [];
  for (let frame = 0; frame < 2; frame++) {
    for (let dy = 0; dy < 3; dy++) {
      for (let dx = 0; dx < 3; dx++) {
        const piece = tf.slice(padded, [0, frame, dy, dx, 0], [batch, 1, height, width, colours]);
        shifted.push(piece.reshape([batch, height * width, colours]));
      }
    }
  }
  return tf.concat(shifted, 2) as tf.Tensor3D;
}

/** The same from neighbourhoods made elsewhere, as transformers takes them: `[B, 2, 27, H, W]` to `[B, H * W, 54]`. */
export function patchRows(patches: tf.Tensor5D): tf.Tensor3D {
  const [batch, frames, channels, height, width] = patches.shape;
  return tf.transpose(patches.reshape([batch, frames * channels, height * width]), [0, 2, 1]) as tf.Tensor3D;
}
