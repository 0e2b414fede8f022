import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { jit } from '../jit.js';
import { expectLikeCpu, forAll, type Input, input, seeds, shapes, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

const TYPES = ['float32', 'int32', 'bool'] as const;
const types = fc.constantFrom(...TYPES);
const whole = (values: number[], shape = [values.length]): Input => ({ shape, dtype: 'int32', values });

describe('gather', () => {
  it('along any axis, with repeated indices, and its gradient', () =>
    forAll(
      fc.tuple(shapes({ minRank: 1, minLength: 1 }), fc.nat(3), shapes({ maxRank: 2 }), types, seeds, fc.boolean()),
      ([shape, axis, indexShape, dtype, seed, compiled]) => {
        const along = axis % shape.length;
        const indices = input(indexShape, { dtype: 'int32', low: 0, high: shape[along]! - 1 }, seed);
        const gradients = dtype === 'float32' && !indexShape.includes(0) && indexShape.length > 0;
        return expectLikeCpu(
          (x, i) => tf.gather(x!, i as tf.Tensor1D, along),
          [input(shape, { dtype }, seed), indices],
          {
            gradients,
            compiled,
          },
        );
      },
      20,
    ));

  it('with batch dimensions', async () => {
    const indices = input([2, 3], { dtype: 'int32', low: 0, high: 3 });
    await expectLikeCpu((x, i) => tf.gather(x!, i as tf.Tensor1D, 1, 1), [input([2, 4]), indices]);
    await expectLikeCpu((x, i) => tf.gather(x!, i as tf.Tensor1D, 2, 1), [input([2, 3, 4, 2]), indices]);
    await expectLikeCpu((x, i) => tf.gather(x!, i as tf.Tensor1D, 2, 2), [input([2, 3, 4]), indices]);
  });

  it('refuses indices outside, at once or when it runs', async () => {
    await tf.setBackend('onnxruntime');
    const x = tf.tensor1d([1, 2, 3]);
    expect(() => tf.gather(x, tf.tensor1d([3], 'int32'))).toThrow('index value 3 is not in [0, 2]');
    const gather = jit((x: tf.Tensor, i: tf.Tensor) => tf.gather(x, i as tf.Tensor1D));
    await expect(gather(x, tf.tensor1d([3], 'int32'))).rejects.toThrow('out of data bounds');
    expect(Array.from(await (await gather(x, tf.tensor1d([2], 'int32'))).data())).toEqual([3]);
  });

  it('gatherND', async () => {
    for (const dtype of TYPES) {
      const x = input([3, 4, 2], { dtype });
      await expectLikeCpu((x, i) => tf.gatherND(x!, i!), [x, whole([0, 3, 2, 1], [2, 2])]);
      await expectLikeCpu((x, i) => tf.gatherND(x!, i!), [x, whole([1, 2], [2, 1])]);
      await expectLikeCpu((x, i) => tf.gatherND(x!, i!), [x, whole([2, 0, 1], [3])]);
    }
  });
});

describe('scatter', () => {
  it('scatterND adds what falls on the same place', async () => {
    for (const dtype of ['float32', 'int32'] as const) {
      const operation = (i?: tf.Tensor, u?: tf.Tensor) => tf.scatterND(i!, u!, [4, 2]);
      await expectLikeCpu(operation, [whole([0, 3, 0], [3, 1]), input([3, 2], { dtype })]);
      await expectLikeCpu(operation, [whole([0, 1, 3, 0, 0, 1], [3, 2]), input([3], { dtype })]);
      await expectLikeCpu((i, u) => tf.scatterND(i!, u!, [5]), [whole([4, 1], [2, 1]), input([2], { dtype })]);
    }
  });

  it('tensorScatterUpdate sets', async () => {
    for (const dtype of ['float32', 'int32'] as const) {
      const tensors = [input([4, 2], { dtype }), whole([3, 0], [2, 1]), input([2, 2], { dtype }, 2)];
      await expectLikeCpu((x, i, u) => tf.tensorScatterUpdate(x!, i!, u!), tensors);
    }
  });

  it('unsortedSegmentSum leaves out segments that are not there, and its gradient', () =>
    forAll(
      fc.tuple(shapes({ minRank: 1, maxRank: 3, minLength: 1 }), fc.integer({ min: 1, max: 5 }), seeds),
      ([shape, segments, seed]) => {
        const ids = input([shape[0]!], { dtype: 'int32', low: -1, high: segments - 1 }, seed);
        return expectLikeCpu(
          (x, i) => tf.unsortedSegmentSum(x!, i as tf.Tensor1D, segments),
          [input(shape, {}, seed), ids],
          {
            gradients: true,
          },
        );
      },
      10,
    ));
});

describe('other kernels on positions', () => {
  it('oneHot, also of numbers that are no class', async () => {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      await expectLikeCpu((x) => tf.oneHot(x!, 3, 1, 0, dtype), [whole([0, 2, -1, 3, 1, 1], [2, 3])]);
    }
    await expectLikeCpu((x) => tf.oneHot(x!, 4, 5, -2), [whole([3, 0])]);
    await expectLikeCpu((x) => tf.oneHot(x!, 4), [whole([], [0])]);
  });

  it.each(Object.entries({ cumsum: tf.cumsum, cumprod: tf.cumprod }))('%s', (_, operation) =>
    forAll(
      fc.tuple(
        shapes({ minRank: 1 }),
        fc.nat(3),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('float32', 'int32'),
        seeds,
      ),
      ([shape, axis, exclusive, backwards, dtype, seed]) =>
        expectLikeCpu(
          (x) => operation(x!, axis % shape.length, exclusive, backwards),
          [input(shape, { dtype }, seed)],
          {
            // On other axes tfjs' gradient has the wrong shape.
            gradients:
              operation === tf.cumsum &&
              dtype === 'float32' &&
              !shape.includes(0) &&
              axis % shape.length === shape.length - 1,
          },
        ),
      12,
    ),
  );

  it('topk puts NaN last', async () => {
    await tf.setBackend('onnxruntime');
    const { values, indices } = tf.topk(tf.tensor1d([Number.NaN, 1, Number.NaN, 3, 2]), 4);
    expect(Array.from(await values.data())).toEqual([3, 2, 1, Number.NaN]);
    expect(Array.from(await indices.data())).toEqual([3, 4, 1, 0]);
  });

  it('topk, of none, of all, of equals', () =>
    forAll(
      fc.tuple(shapes({ minRank: 1, minLength: 1 }), fc.nat(4), fc.constantFrom('float32', 'int32'), seeds),
      ([shape, k, dtype, seed]) => {
        const tensors = [input(shape, { dtype, low: 0, high: 3 }, seed)];
        return expectLikeCpu((x) => {
          const { values, indices } = tf.topk(x!, Math.min(k, shape.at(-1)!));
          return [values, indices];
        }, tensors);
      },
      10,
    ));
});
