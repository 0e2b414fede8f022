import { type FourierOptions, fourierChannels, fourierFeatures } from './fourier-features.js';
import { axisPositions, type PositionRule } from './grid-positions.js';

export interface GridFourierOptions extends FourierOptions {
  readonly rule?: PositionRule;
}

/**
 * Fourier features of a grid by its axes: each depends on one coordinate only, so those of a point are the sum of its axes' rows, and
 * 224 x 224 points need 448 rows of sines and not 50,176.
 *
 * @param sizes points on each axis; as many as `maxResolution` has
 * @returns for each axis `[size, fourierChannels(options)]` flat, 0 in the channels of other axes
 */
export function axisFourierFeatures(sizes: readonly number[], options: GridFourierOptions): Float32Array[] {
  const { numBands, maxResolution, concatPositions = true, rule } = options;
  if (sizes.length !== maxResolution.length) {
    throw new RangeError(`axisFourierFeatures: expected ${maxResolution.length} sizes, got ${sizes.length}`);
  }
  const channels = fourierChannels(options);
  const sines = concatPositions ? sizes.length : 0;
  const cosines = sines + sizes.length * numBands;
  return sizes.map((size, axis) => {
    const single = { numBands, maxResolution: [maxResolution[axis]!], concatPositions };
    const own = fourierFeatures(axisPositions(size, rule), single);
    const width = fourierChannels(single);
    const first = concatPositions ? 1 : 0;
    const features = new Float32Array(size * channels);
    for (let point = 0; point < size; point++) {
      const from = point * width;
      const to = point * channels;
      if (concatPositions) features[to + axis] = own[from]!;
      features.set(own.subarray(from + first, from + first + numBands), to + sines + axis * numBands);
      features.set(own.subarray(from + first + numBands, from + width), to + cosines + axis * numBands);
    }
    return features;
  });
}

/**
 * Fourier features of all points of a grid, row by row: the numbers of `fourierFeatures(gridPositions(sizes))`, bit for bit, at the
 * cost of one axis each.
 *
 * @param sizes points on each axis; as many as `maxResolution` has
 * @returns `[points, fourierChannels(options)]` flat
 */
export function gridFourierFeatures(sizes: readonly number[], options: GridFourierOptions): Float32Array {
  const channels = fourierChannels(options);
  const points = sizes.reduce((product, size) => product * size, 1);
  const features = new Float32Array(points * channels);
  let stride = points;
  axisFourierFeatures(sizes, options).forEach((rows, axis) => {
    const size = sizes[axis]!;
    stride /= size;
    for (let point = 0; point < points; point++) {
      const from = (Math.floor(point / stride) % size) * channels;
      const to = point * channels;
      for (let i = 0; i < channels; i++) features[to + i]! += rows[from + i]!;
    }
  });
  return features;
}
