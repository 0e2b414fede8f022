import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentBackend } from '../backend.js';
import { collectGraph, isSmall } from '../graph/collect.js';
import { jit } from '../jit.js';
import { attention } from '../ops/attention.js';
import { linear } from '../ops/linear.js';
import { expectLikeCpu, forAll, input, seeds, startEngines } from '../testing/compare.js';
import { trace } from '../trace.js';

beforeAll(startEngines);

describe('attention', () => {
  const biases = fc.constantFrom<number[] | undefined>(
    undefined,
    [1, 1, 1, 0],
    [2, 1, 1, 0],
    [1, 3, 5, 0],
    [2, 3, 5, 0],
  );

  it.each([false, true])('over broadcast biases, with gradients: %s', (gradients) =>
    forAll(
      fc.tuple(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        biases,
        seeds,
        fc.boolean(),
      ),
      ([keys, width, valueWidth, bias, seed, compiled]) => {
        const tensors = [
          input([2, 5, 3 * width], {}, seed),
          input([2, keys, 3 * width], {}, seed + 1),
          input([2, keys, 3 * valueWidth], {}, seed + 2),
          ...(bias === undefined ? [] : [input([...bias.slice(0, 3), keys], {}, seed + 3)]),
        ];
        return expectLikeCpu(
          (q, k, v, bias) =>
            attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, {
              numHeads: 3,
              ...(bias === undefined ? {} : { bias }),
            }),
          tensors,
          { gradients: gradients && bias === undefined, compiled },
        );
      },
      12,
    ),
  );

  it('of masked keys', () => {
    const values = Array.from({ length: 10 }, (_, i) => (i % 5 > 1 ? -1e9 : 0));
    const bias = { shape: [2, 1, 1, 5], dtype: 'float32' as const, values };
    return expectLikeCpu(
      (q, k, v, bias) =>
        attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, { numHeads: 2, bias: bias!, scale: 0.3 }),
      [input([2, 3, 8]), input([2, 5, 8], {}, 2), input([2, 5, 8], {}, 3), bias],
    );
  });
});

describe('self-attention with the products before it', () => {
  const [inner, heads] = [24, 2];

  /** Channels of queries, keys and values. */
  type Sizes = readonly [number, number, number];

  const selfAttention = (weights: tf.Tensor[], x: tf.Tensor3D): tf.Tensor3D => {
    const [query, key, value] = [0, 1, 2].map((i) =>
      linear(x, weights[2 * i] as tf.Tensor2D, weights[2 * i + 1] as tf.Tensor1D),
    ) as tf.Tensor3D[];
    return attention(query!, key!, value!, { numHeads: heads });
  };

  const madeOf = (sizes: Sizes, batch: number, rows: number) => ({
    x: tf.randomNormal<tf.Rank.R3>([batch, rows, inner], 0, 1, 'float32', 1),
    weights: sizes.flatMap((size, i) => [
      tf.randomNormal([size, inner], 0, 0.3, 'float32', 2 + i),
      tf.randomNormal([size], 0, 1, 'float32', 5 + i),
    ]),
  });

  it.each([
    [1, 7, ['Attention']],
    [2, 512, ['Attention']],
    [2, 511, ['Gemm', 'Gemm', 'Gemm', 'MultiHeadAttention']],
    [1, 2049, ['Gemm', 'Gemm', 'Gemm', 'MultiHeadAttention']],
  ])('%i x %i rows are computed by %j', async (batch, rows, expected) => {
    const { x, weights } = madeOf([32, 32, 32], batch, rows);
    await Promise.all(weights.map((tensor) => tensor.data()));
    const constants = new Set(weights.keys());
    const tracing = { name: 'f', portable: false };
    const { inputs, outputs } = trace(currentBackend()!, selfAttention as never, [weights, x], tracing, constants);
    const { record } = collectGraph({ name: 'f', inputs, outputs, embed: isSmall });
    const found = record.nodes.map(({ op }) => op).filter((op) => op === 'Gemm' || op.endsWith('Attention'));
    expect(found).toEqual(expected);
  });

  it.each<[number, number, Sizes]>([
    [1, 7, [32, 32, 32]],
    [2, 512, [8, 8, 50]],
  ])('of %i x %i rows to %j channels equal them apart', async (batch, rows, sizes) => {
    const { x, weights } = madeOf(sizes, batch, rows);
    const constant = jit(selfAttention, { constants: [0] });
    const fed = jit(selfAttention);
    const [together, apart] = await Promise.all([constant(weights, x), fed(weights, x)]);
    const differing = await together.sub(apart).abs().max().data();
    const largest = await apart.abs().max().data();
    expect(largest[0]).toBeGreaterThan(1);
    expect(differing[0]).toBeLessThan(1e-5);
    await Promise.all([constant.dispose(), fed.dispose()]);
  });
});
