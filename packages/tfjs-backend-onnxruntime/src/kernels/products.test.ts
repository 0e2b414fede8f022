import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { broadcastable, expectLikeCpu, forAll, input, seeds, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

const length = fc.integer({ min: 0, max: 5 });
const sizes = fc.tuple(length, length, length);
const flip = (pair: number[], flipped: boolean) => (flipped ? [...pair].reverse() : pair);

describe('matMul', () => {
  it('with transposes and batches, and its gradients', () =>
    forAll(
      fc.tuple(sizes, fc.boolean(), fc.boolean(), fc.constantFrom([], [1], [3], [2, 3]), seeds, fc.boolean()),
      ([[m, k, n], transposeA, transposeB, batch, seed, compiled]) => {
        const a = input([...batch, ...flip([m, k], transposeA)], {}, seed);
        const b = input([...batch, ...flip([k, n], transposeB)], {}, seed + 1);
        return expectLikeCpu((x, y) => tf.matMul(x!, y!, transposeA, transposeB), [a, b], {
          gradients: m * k * n > 0,
          compiled,
        });
      },
      24,
    ));

  it('broadcasts batches', () =>
    forAll(
      fc.tuple(broadcastable(2), fc.boolean(), fc.boolean(), seeds),
      ([[first, second], transposeA, transposeB, seed]) => {
        const rank = Math.max(first!.length, second!.length);
        const batch = (shape: number[]) => [...Array<number>(rank - shape.length).fill(1), ...shape];
        const a = input([...batch(first!), ...flip([2, 3], transposeA)], {}, seed);
        const b = input([...batch(second!), ...flip([3, 4], transposeB)], {}, seed + 1);
        return expectLikeCpu((x, y) => tf.matMul(x!, y!, transposeA, transposeB), [a, b]);
      },
      8,
    ));

  it('of whole numbers', async () => {
    for (const batch of [[], [2]]) {
      for (const [m, k, n] of [
        [2, 3, 4],
        [2, 0, 4],
        [1, 1, 1],
      ] as const) {
        const a = input([...batch, m, k], { dtype: 'int32' });
        const b = input([...batch, n, k], { dtype: 'int32' }, 2);
        await tf.setBackend('onnxruntime');
        const product = tf.matMul(
          tf.tensor(a.values, a.shape, 'int32'),
          tf.tensor(b.values, b.shape, 'int32'),
          false,
          true,
        );
        const size = batch.length === 0 ? 1 : 2;
        const expected = Array.from({ length: size * m * n }, (_, i) => {
          const [s, row, column] = [Math.floor(i / (m * n)), Math.floor(i / n) % m, i % n];
          let sum = 0;
          for (let j = 0; j < k; j++) sum += a.values[(s * m + row) * k + j]! * b.values[(s * n + column) * k + j]!;
          return sum;
        });
        expect(Array.from(await product.data())).toEqual(expected);
        expect(product.dtype).toBe('int32');
      }
    }
  });

  it.each(['relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu', 'linear'] as const)(
    'with bias and %s',
    (activation) =>
      forAll(
        fc.tuple(fc.boolean(), fc.boolean(), seeds),
        ([transposeA, transposeB, seed]) => {
          const tensors = [
            input(flip([3, 4], transposeA), {}, seed),
            input(flip([4, 5], transposeB), {}, seed + 1),
            input([5], {}, seed + 2),
            ...(activation === 'prelu' ? [input([5], {}, seed + 3)] : []),
          ];
          const fused = (a?: tf.Tensor, b?: tf.Tensor, bias?: tf.Tensor, weights?: tf.Tensor) =>
            tf.fused.matMul({
              a: a!,
              b: b!,
              bias: bias!,
              transposeA,
              transposeB,
              activation,
              ...(weights === undefined ? {} : { preluActivationWeights: weights }),
            });
          return expectLikeCpu(fused, tensors, { gradients: activation === 'relu' || activation === 'linear' });
        },
        3,
      ),
  );

  it('keeps NaN and infinities', () =>
    expectLikeCpu((a, b) => tf.matMul(a!, b!), [input([4, 3], { special: true }), input([3, 4], { low: 1 })]));
});

describe('einsum', () => {
  it.each([
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['bij,bkj->bik', [2, 3, 4], [2, 5, 4]],
    ['ij,ij->', [2, 3], [2, 3]],
    ['i,j->ij', [2], [3]],
    ['bhqd,bhkd->bhqk', [1, 2, 3, 4], [1, 2, 5, 4]],
  ])('%s', (equation, a, b) => expectLikeCpu((x, y) => tf.einsum(equation, x!, y!), [input(a), input(b, {}, 2)]));
});
