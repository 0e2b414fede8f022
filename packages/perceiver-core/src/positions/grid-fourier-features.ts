import { type FourierOptions, fourierChannels, fourierFeatures } from './fourier-features.js';
import { axisPositions, type PositionRule } from './grid-positions.js';

/**
 * Fourier features of all points of a grid, row by row: the numbers of `fourierFeatures(gridPositions(sizes))`, bit for bit, at the
 * cost of one axis each. A feature depends on one coordinate only, so 224 x 224 points need 448 rows of sines and not 50,176.
 *
 * @param sizes points on each axis; as many as `maxResolution` has
 * @returns `[points, fourierChannels(options)]` flat
 */
export function gridFourierFeatures(
  sizes: readonly number[],
  options: FourierOptions & { readonly rule?: PositionRule },
): Float32Array {
  const { numBands, maxResolution, concatPositions = true, rule } = options;
  if (sizes.length !== maxResolution.length) {
    throw new RangeError(`gridFourierFeatures: expected ${maxResolution.length} sizes, got ${sizes.length}`);
  }
  const channels = fourierChannels(options);
  const points = sizes.reduce((product, size) => product * size, 1);
  const features = new Float32Array(points * channels);
  const sines = concatPositions ? sizes.length : 0;
  const cosines = sines + sizes.length * numBands;
  let stride = points;
  sizes.forEach((size, axis) => {
    const single = { numBands, maxResolution: [maxResolution[axis]!], concatPositions };
    const table = fourierFeatures(axisPositions(size, rule), single);
    const width = fourierChannels(single);
    const first = concatPositions ? 1 : 0;
    stride /= size;
    for (let point = 0; point < points; point++) {
      const from = (Math.floor(point / stride) % size) * width;
      const to = point * channels;
      if (concatPositions) features[to + axis] = table[from]!;
      for (let band = 0; band < numBands; band++) {
        features[to + sines + axis * numBands + band] = table[from + first + band]!;
        features[to + cosines + axis * numBands + band] = table[from + first + numBands + band]!;
      }
    }
  });
  return features;
}
