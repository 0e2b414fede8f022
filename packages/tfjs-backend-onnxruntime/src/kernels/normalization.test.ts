import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, it } from 'vitest';
import { expectLikeCpu, input, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

describe('batchNorm', () => {
  it.each([[[3, 4]], [[2, 3, 4]], [[2, 3, 5, 4]]])('of %j and its gradients', async (shape) => {
    const row = (seed: number, low = -1) => input([4], { low, high: 2 }, seed);
    const tensors = [input(shape), row(2), row(3, 0.5), row(4), row(5)];
    for (const gradients of [false, true]) {
      await expectLikeCpu(
        (x, mean, variance, offset, scale) =>
          tf.batchNorm(
            x as tf.Tensor4D,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
            1e-3,
          ),
        tensors,
        { gradients, compiled: gradients },
      );
    }
    await expectLikeCpu(
      (x, mean, variance) => tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D),
      tensors.slice(0, 3),
    );
  });

  it('with statistics of every element', () => {
    const whole = (seed: number, low = -1) => input([2, 3, 2, 4], { low, high: 2 }, seed);
    return expectLikeCpu(
      (x, mean, variance, offset) =>
        tf.batchNorm(x as tf.Tensor4D, mean as tf.Tensor4D, variance as tf.Tensor4D, offset as tf.Tensor4D),
      [whole(1), whole(2), whole(3, 0.5), whole(4)],
    );
  });
});

describe('localResponseNormalization', () => {
  it.each([1, 2, 9])('with radius %i and its gradient', (radius) =>
    expectLikeCpu((x) => tf.localResponseNormalization(x as tf.Tensor4D, radius, 1, 0.7, 0.5), [input([2, 2, 3, 6])], {
      gradients: true,
    }),
  );
});
