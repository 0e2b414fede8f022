import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useCpu } from '../testing/tensors.js';
import { fourierFeatures } from './fourier-features.js';
import { gridPositions } from './grid-positions.js';
import { pointFourierFeatures } from './point-fourier-features.js';

beforeAll(useCpu);

describe('Fourier features of points', () => {
  it('are those of their positions, bit for bit', () => {
    for (const rule of ['query', 'end-inclusive'] as const) {
      for (const concatPositions of [true, false]) {
        const sizes = [3, 5, 4];
        const options = { numBands: 4, maxResolution: [9, 11, 300], concatPositions };
        const indices = [0, 59, 7, 31, 7, 20];
        const expected = fourierFeatures(gridPositions(sizes, { rule, indices }), options);
        const features = pointFourierFeatures(tf.tensor1d(indices, 'int32'), sizes, { ...options, rule });
        expect(features.dataSync()).toEqual(expected);
      }
    }
  });

  it('need a size for each resolution', () => {
    const options = { numBands: 1, maxResolution: [2, 2] };
    expect(() => pointFourierFeatures(tf.tensor1d([0], 'int32'), [2], options)).toThrow('expected 2 sizes, got 1');
  });
});
