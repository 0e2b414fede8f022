import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, it } from 'vitest';
import { expectLikeCpu, input, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

describe('dilation2d', () => {
  it.each([
    [[2, 2], 1, 'same', 1],
    [[3, 2], 2, 'same', 1],
    [[2, 3], 1, 'valid', 2],
  ] as const)('with window %j, stride %i, %s, dilation %i, and both gradients', (window, stride, pad, dilation) =>
    expectLikeCpu(
      (x, filter) => tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, stride, pad, dilation),
      [input([2, 5, 6, 2]), input([...window, 2], {}, 2)],
      { gradients: true },
    ),
  );
});
