import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { expectLikeCpu, forAll, input, seeds, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

const small = (min: number, max: number) => fc.integer({ min, max });
const pools = fc.record({
  shape: fc.tuple(small(1, 2), small(4, 7), small(4, 7), small(1, 3)),
  filter: fc.tuple(small(2, 3), small(2, 3)),
  stride: fc.tuple(small(1, 3), small(1, 3)),
  pad: fc.constantFrom<'same' | 'valid' | number>('same', 'valid', 1),
  seed: seeds,
  compiled: fc.boolean(),
});

describe.each(Object.entries({ maxPool: tf.maxPool, avgPool: tf.avgPool }))('%s', (_, pool) => {
  it('and its gradient', () =>
    forAll(
      pools,
      ({ shape, filter, stride, pad, seed, compiled }) =>
        expectLikeCpu((x) => pool(x as tf.Tensor4D, filter, stride, pad), [input(shape, {}, seed)], {
          gradients: true,
          compiled,
        }),
      16,
    ));

  it('of equal numbers, its gradient', () =>
    forAll(pools, ({ shape, filter, stride, pad, seed }) => {
      const { values } = input(shape, { dtype: 'int32', low: 0, high: 1 }, seed);
      return expectLikeCpu((x) => pool(x as tf.Tensor4D, filter, stride, pad), [{ shape, dtype: 'float32', values }], {
        gradients: true,
      });
    }));

  it('with explicit and wide paddings', async () => {
    const x = [input([1, 5, 5, 2])];
    await expectLikeCpu((x) => pool(x as tf.Tensor4D, 3, 2, [[0, 0], [1, 2], [0, 1], [0, 0]]), x, { gradients: true }); // biome-ignore format: one line a case
    await expectLikeCpu((x) => pool(x as tf.Tensor4D, 2, 3, 1, 'ceil'), x);
    await expectLikeCpu((x) => pool(x as tf.Tensor4D, 2, 2, 2), x);
  });
});

describe('other pools', () => {
  it.each(Object.entries({ maxPool3d: tf.maxPool3d, avgPool3d: tf.avgPool3d }))('%s and its gradient', (_, pool) =>
    forAll(
      fc.tuple(small(2, 3), small(1, 2), fc.constantFrom<'same' | 'valid'>('same', 'valid'), seeds),
      ([filter, stride, pad, seed]) =>
        expectLikeCpu((x) => pool(x as tf.Tensor5D, filter, stride, pad), [input([1, 4, 5, 4, 2], {}, seed)], {
          gradients: true,
        }),
      5,
    ),
  );

  it('maxPoolWithArgmax', async () => {
    for (const includeBatch of [false, true]) {
      await expectLikeCpu(
        (x) => {
          const { result, indexes } = tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'same', includeBatch);
          return [result!, indexes!];
        },
        [input([2, 5, 4, 3])],
      );
    }
  });

  it('pool with dilations', () =>
    expectLikeCpu((x) => tf.pool(x as tf.Tensor4D, 2, 'max', 'valid', 2, 1), [input([1, 6, 6, 2])], {
      gradients: true,
    }));
});
