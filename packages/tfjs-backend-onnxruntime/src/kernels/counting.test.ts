import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectLikeCpu, type Input, input, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

const whole = (values: number[], shape = [values.length]): Input => ({ shape, dtype: 'int32', values });

describe('counting kernels', () => {
  it('sparseToDense', async () => {
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      const values = input([2], { dtype });
      const other = input([], { dtype }, 3);
      await expectLikeCpu((i, v, d) => tf.sparseToDense(i!, v!, [5], d as tf.Scalar), [whole([1, 3]), values, other]);
      const pairs = whole([0, 1, 2, 0], [2, 2]);
      await expectLikeCpu((i, v, d) => tf.sparseToDense(i!, v!, [3, 2], d as tf.Scalar), [pairs, values, other]);
    }
  });

  it('lowerBound and upperBound', async () => {
    const sorted = whole([0, 1, 1, 4, 9, 1, 2, 3, 4, 5], [2, 5]);
    const values = whole([1, 4, -1, 5, 6, 0], [2, 3]);
    await expectLikeCpu((s, v) => [tf.lowerBound(s!, v!), tf.upperBound(s!, v!)], [sorted, values]);
  });

  it('bincount and denseBincount', async () => {
    const x = whole([0, 3, 1, 3, 7, 0], [2, 3]);
    const flat = whole(x.values);
    const weights = input([6]);
    await expectLikeCpu((x) => tf.bincount(x as tf.Tensor1D, tf.tensor1d([]), 4), [flat]);
    await expectLikeCpu((x, w) => tf.bincount(x as tf.Tensor1D, w as tf.Tensor1D, 5), [flat, weights]);
    for (const marks of [false, true]) {
      await expectLikeCpu((x) => tf.denseBincount(x as tf.Tensor2D, tf.tensor2d([], [0, 0]), 5, marks), [x]);
    }
    await tf.setBackend('onnxruntime');
    expect(() => tf.bincount(tf.tensor1d([-1], 'int32'), tf.tensor1d([]), 2)).toThrow('must be non-negative');
  });

  it('multinomial draws by probability, the same for the same seed', async () => {
    await tf.setBackend('onnxruntime');
    const logits = tf.log(tf.tensor2d([0.1, 0.2, 0.7, 0.5, 0.5, 0], [2, 3])) as tf.Tensor2D;
    const draw = async (seed: number) => tf.multinomial(logits, 4000, seed).array() as Promise<number[][]>;
    const drawn = await draw(3);
    const shares = drawn.map((row) => [0, 1, 2].map((event) => row.filter((e) => e === event).length / row.length));
    for (const [i, expected] of [0.1, 0.2, 0.7].entries()) expect(shares[0]![i]).toBeCloseTo(expected, 1);
    expect(shares[1]![2]).toBe(0);
    expect(await draw(3)).toEqual(drawn);
    expect(await draw(4)).not.toEqual(drawn);
  });
});
