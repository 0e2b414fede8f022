import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { expectLikeCpu, forAll, input, seeds, shapes, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

describe('softmax', () => {
  it.each(Object.entries({ softmax: tf.softmax, logSoftmax: tf.logSoftmax }))(
    '%s and its gradient',
    async (_, operation) => {
      await forAll(fc.tuple(shapes({ minRank: 1, minLength: 1 }), seeds, fc.boolean()), ([shape, seed, compiled]) =>
        expectLikeCpu((x) => operation(x!), [input(shape, { low: -5, high: 5 }, seed)], { gradients: true, compiled }),
      );
      await expectLikeCpu((x) => operation(x!), [input([3, 0])]);
      await expectLikeCpu((x) => operation(x!), [input([2, 3], { low: 80, high: 100 })]);
    },
  );

  it('of whole numbers', () => expectLikeCpu((x) => tf.logSoftmax(x!), [input([2, 4], { dtype: 'int32' })]));

  it('is NaN where a row has one, or only negative infinity', () => {
    const { NaN: nan, NEGATIVE_INFINITY: low } = Number;
    const values = [1, nan, 2, low, low, low, low, 1, 2];
    return expectLikeCpu((x) => tf.softmax(x!), [{ shape: [3, 3], dtype: 'float32', values }]);
  });
});
