import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.js';
import type { FourierOptions } from './fourier-features.js';
import { axisPositions } from './grid-positions.js';
import { linspace } from './linspace.js';

/**
 * Fourier features of the points of crops, each with its own place in its picture, within a graph. A crop that is the whole picture has
 * the features of `gridFourierFeatures`, to rounding.
 *
 * @param crops `[B, 4]`, top, left, bottom, right of each crop, where the picture's edges are -1 and 1
 * @param sizes rows and columns of a crop
 * @returns `[B, rows * columns, fourierChannels(options)]`, `[positions, sines, cosines]` as in `fourierFeatures`
 */
export function cropFourierFeatures(
  crops: tf.Tensor2D,
  sizes: readonly [number, number],
  { numBands, maxResolution, concatPositions = true }: FourierOptions,
): tf.Tensor3D {
  const [batch, edges] = crops.shape;
  if (edges !== 4 || maxResolution.length !== 2) {
    throw new ModelError(
      `cropFourierFeatures: expected crops [B, 4] and 2 resolutions, got [${crops.shape}] and ${maxResolution.length}`,
    );
  }
  const [rows, columns] = sizes;
  const features = sizes.map((size, axis) => {
    const from = tf.slice(crops, [0, axis], [batch, 1]);
    const to = tf.slice(crops, [0, axis + 2], [batch, 1]);
    const share = tf.tensor2d(axisPositions(size), [1, size]).add(1).div(2);
    const positions = from.add(to.sub(from).mul(share)).reshape([batch, size, 1]);
    const frequencies = tf.tensor3d(linspace(1, maxResolution[axis]! / 2, numBands), [1, 1, numBands]);
    const phases = positions.mul(frequencies).mul(Math.PI);
    // To [B, rows, columns, channels]: the same along the other axis.
    const over = (x: tf.Tensor) => {
      const channels = x.shape[2]!;
      const shape = axis === 0 ? [batch, rows, 1, channels] : [batch, 1, columns, channels];
      return tf.tile(x.reshape(shape), axis === 0 ? [1, 1, columns, 1] : [1, rows, 1, 1]) as tf.Tensor4D;
    };
    return { positions: over(positions), sines: over(phases.sin()), cosines: over(phases.cos()) };
  });
  const kinds = concatPositions ? (['positions', 'sines', 'cosines'] as const) : (['sines', 'cosines'] as const);
  const parts = kinds.flatMap((kind) => features.map((axis) => axis[kind]));
  return tf.concat(parts, 3).reshape([batch, rows * columns, -1]);
}
