import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectLikeCpu, forAll, input, seeds, shapes, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

type Reduction = (x: tf.Tensor, axis: number[], keepDims: boolean) => tf.Tensor;
type Types = readonly ('float32' | 'int32' | 'bool')[];

const reductions: Record<string, [operation: Reduction, types: Types, gradients: boolean]> = {
  sum: [tf.sum, ['float32', 'int32', 'bool'], true],
  mean: [tf.mean, ['float32', 'int32'], true],
  prod: [tf.prod, ['float32', 'int32'], true],
  max: [tf.max, ['float32', 'int32'], true],
  min: [tf.min, ['float32', 'int32'], true],
  all: [tf.all, ['bool'], false],
  any: [tf.any, ['bool'], false],
  logSumExp: [tf.logSumExp, ['float32'], true],
  euclideanNorm: [(x, axis, keepDims) => tf.norm(x, 'euclidean', axis, keepDims), ['float32'], false],
};

/** A shape and some of its axes. */
const shapesWithAxes = shapes({ minRank: 1, minLength: 1 }).chain((shape) =>
  fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()], { minLength: 1 }), seeds, fc.boolean(), fc.boolean()),
);

describe('reductions', () => {
  it.each(Object.entries(reductions))('%s', async (_, [operation, types, gradients]) => {
    for (const dtype of types) {
      await forAll(shapesWithAxes, ([shape, axes, seed, keepDims, compiled]) =>
        expectLikeCpu((x) => operation(x!, axes, keepDims), [input(shape, { dtype }, seed)], {
          gradients: gradients && dtype === 'float32',
          compiled,
        }),
      );
      await expectLikeCpu((x) => operation(x!, [], false), [input([], { dtype })]);
    }
  });

  it.each(['max', 'min', 'sum', 'mean', 'prod'])('%s gives NaN if one element is', async (name) => {
    const [operation] = reductions[name]!;
    for (const shape of [[16], [3, 259], [259, 3], [2, 3, 16], [5, 70, 40]]) {
      const rank = shape.length;
      await expectLikeCpu((x) => operation(x!, [rank - 1], false), [input(shape, { special: true })]);
      await expectLikeCpu((x) => operation(x!, [0], false), [input(shape, { special: true }, 2)]);
    }
  });

  it.each(Object.entries({ argMax: tf.argMax, argMin: tf.argMin }))(
    '%s takes the first of equals',
    async (_, operation) => {
      await forAll(shapesWithAxes, ([shape, axes, seed]) => {
        const tensors = [input(shape, { dtype: 'int32', low: 0, high: 2 }, seed)];
        return expectLikeCpu((x) => operation(x!, axes[0]), tensors);
      });
      await forAll(shapesWithAxes, ([shape, axes, seed]) =>
        expectLikeCpu((x) => operation(x!, axes[0]), [input(shape, {}, seed)]),
      );
    },
  );

  it('of nothing give the neutral element', async () => {
    await tf.setBackend('onnxruntime');
    const [numbers, truths] = [tf.zeros([2, 0]), tf.zeros([2, 0], 'bool')];
    const { POSITIVE_INFINITY: high, NEGATIVE_INFINITY: low } = Number;
    for (const [result, expected] of [
      [tf.sum(numbers, 1), 0],
      [tf.prod(numbers, 1), 1],
      [tf.max(numbers, 1), low],
      [tf.min(numbers, 1), high],
      [tf.all(truths, 1), 1],
      [tf.any(truths, 1), 0],
      [tf.mean(numbers, 1), Number.NaN],
    ] as const) {
      expect(Array.from(await result.data())).toEqual([expected, expected]);
    }
  });

  it('passes over NaN when it looks for a position', async () => {
    await tf.setBackend('onnxruntime');
    const x = tf.tensor1d([Number.NaN, 1, 3, Number.NaN, -2, Number.POSITIVE_INFINITY]);
    expect(Array.from(await tf.argMax(x).data())).toEqual([5]);
    expect(Array.from(await tf.argMin(x).data())).toEqual([4]);
  });
});
