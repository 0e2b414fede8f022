import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { distance, useCpu } from '../testing/tensors.js';
import { cropFourierFeatures } from './crop-fourier-features.js';
import { gridFourierFeatures } from './grid-fourier-features.js';

beforeAll(useCpu);

describe('Fourier features of crops', () => {
  const options = { numBands: 3, maxResolution: [8, 12] } as const;

  it('are those of the grid where a crop is the whole picture', () => {
    const crops = tf.tensor2d([[-1, -1, 1, 1], [-1, -1, 1, 1]]); // biome-ignore format: rows
    for (const concatPositions of [true, false]) {
      const features = cropFourierFeatures(crops, [4, 6], { ...options, concatPositions });
      const grid = gridFourierFeatures([4, 6], { ...options, concatPositions });
      const expected = tf.tensor(grid, [1, 24, grid.length / 24]).tile([2, 1, 1]);
      expect(features.shape).toEqual(expected.shape);
      expect(distance(features, expected)).toBeLessThan(1e-5);
    }
  });

  it('are those of the same places of the picture', () => {
    // Rows 0 to 2 and columns 2 to 4 of a grid of 5 x 5.
    const crop = cropFourierFeatures(tf.tensor2d([[-1, 0, 0, 1]]), [3, 3], options);
    const whole = tf.tensor(gridFourierFeatures([5, 5], options), [5, 5, crop.shape[2]]);
    const expected = tf.slice(whole, [0, 2, 0], [3, 3, -1]).reshape(crop.shape);
    expect(distance(crop, expected)).toBeLessThan(1e-5);
  });

  it('take crops of four edges only', () => {
    expect(() => cropFourierFeatures(tf.zeros([2, 3]), [3, 3], options)).toThrow('expected crops [B, 4]');
  });
});
