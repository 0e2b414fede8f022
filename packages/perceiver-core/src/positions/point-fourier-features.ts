import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.js';
import { type FourierOptions, fourierFeatures } from './fourier-features.js';
import { axisPositions, type PositionRule } from './grid-positions.js';

/**
 * Fourier features of points of a grid, within a graph: the numbers of `fourierFeatures(gridPositions(sizes, { indices }))`, bit for
 * bit, for points that may be traced. The sines of each axis stand in a small table made on the host, of which a point takes a row.
 *
 * @param points int32 `[n]`, flat indices into the grid (the last axis runs fastest)
 * @param sizes points on each axis; as many as `maxResolution` has
 * @returns `[n, fourierChannels(options)]`
 */
export function pointFourierFeatures(
  points: tf.Tensor1D,
  sizes: readonly number[],
  options: FourierOptions & { readonly rule?: PositionRule },
): tf.Tensor2D {
  const { numBands, maxResolution, concatPositions = true, rule } = options;
  if (sizes.length !== maxResolution.length) {
    throw new ModelError(`pointFourierFeatures: expected ${maxResolution.length} sizes, got ${sizes.length}`);
  }
  const columns = sizes.map((size, axis) => {
    const stride = sizes.slice(axis + 1).reduce((product, inner) => product * inner, 1);
    const values = fourierFeatures(axisPositions(size, rule), { numBands, maxResolution: [maxResolution[axis]!] });
    const table = tf.tensor2d(values, [size, 1 + 2 * numBands]);
    const index = tf.mod(tf.floorDiv(points, tf.scalar(stride, 'int32')), tf.scalar(size, 'int32'));
    return tf.split(tf.gather(table, index.cast('int32')), [1, numBands, numBands], 1); // position, sines, cosines
  });
  const kinds = concatPositions ? [0, 1, 2] : [1, 2];
  return tf.concat(
    kinds.flatMap((kind) => columns.map((parts) => parts[kind] as tf.Tensor2D)),
    1,
  );
}
