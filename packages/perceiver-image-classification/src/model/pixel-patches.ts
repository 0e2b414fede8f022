import * as tf from '@tensorflow/tfjs';

/** Squares of pixels that become one row of the input array each. */
export interface PatchOptions {
  /** Side of a square; 1, single pixels, by default. */
  readonly patch?: number;
  /** Pixels from one square to the next, on both axes; 1 by default: a square around every pixel. */
  readonly stride?: number;
}

/** Squares along an axis of `size` pixels. */
export function patchesAlong(size: number, { stride = 1 }: PatchOptions): number {
  return Math.ceil(size / stride);
}

/**
 * Squares of pixels, zero outside the picture; an odd zero too many stands at the bottom and right.
 *
 * @param pixels `[B, H, W, colours]`
 * @returns `[B, ceil(H / stride), ceil(W / stride), patch * patch * colours]`, channel `(patch * dy + dx) * colours + colour`
 */
export function pixelPatches(pixels: tf.Tensor4D, options: PatchOptions): tf.Tensor4D {
  const { patch = 1, stride = 1 } = options;
  if (patch === 1 && stride === 1) return pixels;
  const [batch, height, width, colours] = pixels.shape;
  const [rows, columns] = [patchesAlong(height, options), patchesAlong(width, options)];
  // Behind the last square there is room for `stride` whole steps from every offset in a square.
  const padding = (size: number, count: number): [number, number] => {
    const before = Math.floor(Math.max(0, (count - 1) * stride + patch - size) / 2);
    return [before, Math.max(0, count * stride + patch - 1 - size - before)];
  };
  const padded = tf.pad(pixels, [[0, 0], padding(height, rows), padding(width, columns), [0, 0]]);
  const shifted: tf.Tensor4D[] = [];
  for (let dy = 0; dy < patch; dy++) {
    for (let dx = 0; dx < patch; dx++) {
      const piece = tf.slice(padded, [0, dy, dx, 0], [batch, rows * stride, columns * stride, colours]);
      shifted.push(everyNth(piece, stride));
    }
  }
  return tf.concat(shifted, 3);
}

/** Every `stride`-th row and column: `[B, rows * stride, columns * stride, C]` to `[B, rows, columns, C]`. */
function everyNth(x: tf.Tensor4D, stride: number): tf.Tensor4D {
  if (stride === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [height / stride, width / stride];
  const byRow = tf.slice(x.reshape([batch, rows, stride, width * channels]), 0, [batch, rows, 1, width * channels]);
  const byColumn = byRow.reshape([batch, rows, columns, stride * channels]);
  return tf.slice(byColumn, 0, [batch, rows, columns, channels]) as tf.Tensor4D;
}
