import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { gelu } from '../ops/gelu.js';
import { layerNorm } from '../ops/layer-norm.js';
import { linear } from '../ops/linear.js';
import { counterUniform, dropout, foldIn } from '../ops/random.js';
import { softmaxCrossEntropy } from '../ops/softmax-cross-entropy.js';
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

describe('layer normalisation', () => {
  it('and its gradients', () =>
    forAll(
      fc.tuple(shapes({ minRank: 1, minLength: 1 }), fc.integer({ min: 2, max: 9 }), seeds, fc.boolean()),
      ([rows, channels, seed, compiled]) => {
        const tensors = [
          input([...rows, channels], {}, seed),
          input([channels], {}, seed + 1),
          input([channels], {}, seed + 2),
        ];
        return expectLikeCpu(
          (x, scale, offset) => layerNorm(x!, scale as tf.Tensor1D, offset as tf.Tensor1D),
          tensors,
          {
            gradients: true,
            compiled,
            tolerance: 1e-4,
          },
        );
      },
    ));

  it('of no rows, of equal numbers, of NaN', async () => {
    const row = [input([4]), input([4], {}, 2)];
    const operation = (x?: tf.Tensor, scale?: tf.Tensor, offset?: tf.Tensor) =>
      layerNorm(x!, scale as tf.Tensor1D, offset as tf.Tensor1D);
    await expectLikeCpu(operation, [input([0, 4]), ...row]);
    await expectLikeCpu(operation, [{ shape: [2, 4], dtype: 'float32', values: Array(8).fill(3) }, ...row], {
      tolerance: 1e-4,
    });
    const values = [1, Number.NaN, 2, 3, 1, 2, 3, 4];
    await expectLikeCpu(operation, [{ shape: [2, 4], dtype: 'float32', values }, ...row]);
  });
});

describe('other fused operations', () => {
  it.each(['none', 'tanh'] as const)('gelu %s and its gradient', async (approximation) => {
    await forAll(fc.tuple(shapes(), seeds, fc.boolean()), ([shape, seed, compiled]) =>
      expectLikeCpu((x) => gelu(x!, approximation), [input(shape, { low: -4, high: 4 }, seed)], {
        gradients: true,
        compiled,
      }),
    );
  });

  it('linear and its gradients', () =>
    forAll(fc.tuple(shapes({ minLength: 1 }), seeds, fc.boolean()), ([rows, seed, compiled]) => {
      const tensors = [input([...rows, 3], {}, seed), input([4, 3], {}, seed + 1), input([4], {}, seed + 2)];
      return expectLikeCpu((x, weight, bias) => linear(x!, weight as tf.Tensor2D, bias as tf.Tensor1D), tensors, {
        gradients: true,
        compiled,
      });
    }));

  it('softmaxCrossEntropy and its gradient', () => {
    const labels = { shape: [4], dtype: 'int32' as const, values: [2, -100, 0, 4] };
    return expectLikeCpu(
      (logits, labels) => softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D),
      [input([4, 5]), labels],
      { gradients: true },
    );
  });

  it('random numbers are the same, bit for bit', () =>
    forAll(fc.tuple(fc.integer(), fc.integer(), shapes(), fc.boolean()), ([a, b, shape, compiled]) =>
      expectLikeCpu(
        (key, x) => {
          const folded = foldIn(key as tf.Tensor1D, 5);
          return [folded, counterUniform(folded, [100]), dropout(x!, 0.3, key as tf.Tensor1D)];
        },
        [{ shape: [2], dtype: 'int32', values: [a, b] }, input(shape)],
        { tolerance: 0, compiled },
      ),
    ));
});
