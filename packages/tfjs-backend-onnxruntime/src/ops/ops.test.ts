import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { jit } from '../jit.js';
import { type EngineName, selectEngine } from '../select-engine.js';
import { type AttentionOptions, attention } from './attention.js';
import { gelu } from './gelu.js';
import { layerNorm } from './layer-norm.js';
import { linear } from './linear.js';
import { counterUniform, dropout, foldIn, randomKey } from './random.js';
import { rotaryEmbedding } from './rotary-embedding.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

const wave = (shape: number[], phase = 0, scale = 1): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => scale * Math.sin(1.7 * i + phase)),
    shape,
  );

type Function = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Weights that make a scalar of a result in which every element counts differently. */
const scalarOf = (y: tf.Tensor): tf.Scalar => y.mul(wave(y.shape, 0.4)).sum();

/** Value and gradients on an engine, compiled where it compiles. */
async function valueAndGradients(engine: EngineName, f: Function, inputs: () => tf.Tensor[]): Promise<number[][]> {
  await selectEngine(engine, { threads: 1 });
  const run = jit((...inputs: tf.Tensor[]) => {
    const { value, grads } = tf.valueAndGrads((...xs: tf.Tensor[]) => scalarOf(f(...xs)))(inputs);
    return [value, ...grads, f(...inputs)];
  });
  const results = await run(...inputs());
  return Promise.all(results.map(async (tensor) => Array.from(await tensor.data())));
}

/** The slope of the scalar along each input's own direction of waves, by central differences. */
async function slopesByDifferences(f: Function, inputs: () => tf.Tensor[], index: number): Promise<number> {
  const step = 1e-2;
  const at = async (sign: number) => {
    const moved = inputs().map((x, i) => (i === index ? x.add(wave(x.shape, 2, sign * step)) : x));
    return (await scalarOf(f(...moved)).data())[0]!;
  };
  return ((await at(1)) - (await at(-1))) / (2 * step);
}

const attend =
  (options: AttentionOptions): Function =>
  (q, k, v) =>
    attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, options);

const causal = () => tf.tensor([0, -1e9, -1e9, 0, 0, -1e9], [1, 1, 2, 3]);
const angles = (shape: [number, number, number]) =>
  [wave(shape, 1).cos(), wave(shape, 1).sin()] as [tf.Tensor3D, tf.Tensor3D];
const attentionInputs = () => [wave([2, 2, 4]), wave([2, 3, 4], 1), wave([2, 3, 6], 2)];

const cases: Record<string, { f: Function; inputs: () => tf.Tensor[] }> = {
  linear: {
    f: (x, w, b) => linear(x, w as tf.Tensor2D, b as tf.Tensor1D),
    inputs: () => [wave([2, 3, 4]), wave([5, 4], 1), wave([5], 2)],
  },
  'layer norm': {
    f: (x, s, o) => layerNorm(x, s as tf.Tensor1D, o as tf.Tensor1D),
    inputs: () => [wave([2, 3, 4]), wave([4], 1), wave([4], 2)],
  },
  gelu: { f: (x) => gelu(x), inputs: () => [wave([3, 5], 0, 4)] },
  'gelu by tanh': { f: (x) => gelu(x, 'tanh'), inputs: () => [wave([3, 5], 0, 4)] },
  attention: { f: attend({ numHeads: 2 }), inputs: attentionInputs },
  'masked attention': {
    f: (...x) => attend({ numHeads: 1, bias: causal(), scale: 0.7 })(...x),
    inputs: attentionInputs,
  },
  'attention with changed probabilities': {
    f: attend({ numHeads: 2, onProbabilities: (p) => p.mul(2) }),
    inputs: attentionInputs,
  },
  'attention with dropout': {
    f: (...x) => attend({ numHeads: 2, dropout: { rate: 0.4, key: randomKey(3) } })(...x),
    inputs: attentionInputs,
  },
  'norm and products of many rows': {
    f: (x, s, o, w, b) => {
      const normed = layerNorm(x, s as tf.Tensor1D, o as tf.Tensor1D);
      const [first, second] = [linear(normed, w as tf.Tensor2D, b as tf.Tensor1D), linear(normed, w as tf.Tensor2D)];
      return tf.concat([first, second.square(), normed], -1);
    },
    inputs: () => [wave([2, 12, 4]), wave([4], 1), wave([4], 2), wave([5, 4], 3), wave([5], 4)],
  },
  'rotary embedding': {
    f: (x) => rotaryEmbedding(x as tf.Tensor3D, ...angles([1, 3, 2]), { numHeads: 2, rotatedChannels: 4 }),
    inputs: () => [wave([2, 3, 8])],
  },
  'rotary embedding of a part of each head, angles by row': {
    f: (x) => rotaryEmbedding(x as tf.Tensor3D, ...angles([2, 3, 1]), { numHeads: 2, rotatedChannels: 2 }),
    inputs: () => [wave([2, 3, 8])],
  },
  'a sum over many rows': {
    f: (x) => tf.concat([x.sum([0, 1]), x.sum([0, 1], true).reshape([-1])]),
    inputs: () => [wave([2, 40, 17])],
  },
  'cross entropy': {
    f: (x) => softmaxCrossEntropy(x as tf.Tensor2D, tf.tensor1d([0, 2, -100, 1], 'int32')),
    inputs: () => [wave([4, 3], 0, 3)],
  },
};

describe.each(Object.entries(cases))('%s', (_, { f, inputs }) => {
  it('is the same on the compiling engine and on cpu, with its gradient', async () => {
    const reference = await valueAndGradients('cpu', f, inputs);
    const compiled = await valueAndGradients('onnxruntime', f, inputs);
    compiled.forEach((values, k) => {
      const largest = Math.max(...reference[k]!.map(Math.abs));
      values.forEach((value, i) => {
        expect(Math.abs(value - reference[k]![i]!)).toBeLessThanOrEqual(1e-5 * Math.max(largest, 1));
      });
    });
  });

  it('has the gradient that finite differences give', async () => {
    const [, ...gradients] = await valueAndGradients('onnxruntime', f, inputs);
    for (const [index, x] of inputs().entries()) {
      const direction = await wave(x.shape, 2).data();
      const slope = gradients[index]!.reduce((sum, g, i) => sum + g * direction[i]!, 0);
      const measured = await slopesByDifferences(f, inputs, index);
      expect(Math.abs(slope - measured)).toBeLessThan(5e-3 * Math.max(1, Math.abs(measured)));
    }
  });
});

describe('attention of wide heads, without a gradient', () => {
  it.each([
    ['at once', { batch: 2, rows: 40, columns: 50, heads: 2, width: 128 }],
    ['in pieces', { batch: 1, rows: 430, columns: 2500, heads: 8, width: 256 }],
  ])('equals the probabilities times the values: %s', async (_, { batch, rows, columns, heads, width }) => {
    await selectEngine('onnxruntime', { threads: 1 });
    const inputs = [rows, columns, columns].map((length, i) => wave([batch, length, heads * width], i, 2));
    const scale = 0.1;
    const differing = jit((...inputs: tf.Tensor[]) => {
      const plain = attend({ numHeads: heads, scale, onProbabilities: (probabilities) => probabilities })(...inputs);
      return [
        attend({ numHeads: heads, scale })(...inputs)
          .sub(plain)
          .abs()
          .max(),
        plain.abs().max(),
      ];
    });
    const [difference, largest] = await differing(...inputs);
    expect((await difference!.data())[0]! / (await largest!.data())[0]!).toBeLessThan(2e-6);
  });
});

describe('the gradient of attention', () => {
  it.each(['onnxruntime', 'cpu'] as const)('keeps its digits where values are nearly alike, %s', async (engine) => {
    // Both sums are exact in float32, and what all values share has no part in the gradients of queries and keys.
    const values = () => wave([2, 3, 6], 2, 1024).round().div(1024);
    const inputsWith = (offset: number) => () => [wave([2, 2, 4]), wave([2, 3, 4], 1), values().add(offset)];
    const f = attend({ numHeads: 2 });
    const plain = await valueAndGradients(engine, f, inputsWith(0));
    const shifted = await valueAndGradients(engine, f, inputsWith(1024));
    for (const index of [1, 2]) {
      const largest = Math.max(...plain[index]!.map(Math.abs));
      plain[index]!.forEach((value, i) => {
        expect(Math.abs(value - shifted[index]![i]!) / largest).toBeLessThan(1e-5);
      });
    }
  });
});

describe('counter-based random numbers', () => {
  const draw = async (engine: EngineName, threads: number) => {
    await selectEngine(engine, { threads });
    const key = foldIn(randomKey(1234567890123, 7), 3);
    return Array.from(await counterUniform(key, [3, 50_000]).data());
  };
  let reference: number[];
  beforeAll(async () => {
    reference = await draw('cpu', 1);
  });

  it('are equal on every engine and number of threads', async () => {
    expect(await draw('onnxruntime', 1)).toEqual(reference);
    expect(await draw('onnxruntime', 2)).toEqual(reference);
    expect(await draw('wasm', 1)).toEqual(reference);
  });

  it('are uniform: moments, buckets and neighbours', () => {
    const n = reference.length;
    const mean = reference.reduce((a, b) => a + b) / n;
    const variance = reference.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    const covariance = reference.slice(1).reduce((a, b, i) => a + (b - mean) * (reference[i]! - mean), 0) / n;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
    expect(Math.abs(covariance)).toBeLessThan((4 / 12) * Math.sqrt(1 / n));
    const buckets = new Array<number>(100).fill(0);
    for (const x of reference) buckets[Math.floor(x * 100)]!++;
    const chi = buckets.reduce((a, count) => a + (count - n / 100) ** 2 / (n / 100), 0);
    expect(chi).toBeLessThan(160); // 99 degrees of freedom: exceeded once in 10,000 times
  });

  it('differ between keys, and a traced counter gives the numbers of a plain one', async () => {
    await selectEngine('onnxruntime', { threads: 1 });
    const step = jit((counter: tf.Scalar) => counterUniform(foldIn(randomKey(1), counter), [4]));
    const at = async (n: number) => Array.from(await (await step(tf.scalar(n, 'int32'))).data());
    expect(await at(1)).not.toEqual(await at(2));
    expect(await at(2)).toEqual(Array.from(await counterUniform(foldIn(randomKey(1), 2), [4]).data()));
  });

  it('drops the share that was asked for and keeps the mean', async () => {
    await selectEngine('onnxruntime', { threads: 1 });
    const kept = await dropout(tf.ones([100_000]), 0.3, randomKey(5)).data();
    const zeros = kept.filter((x) => x === 0).length / kept.length;
    expect(Math.abs(zeros - 0.3)).toBeLessThan(0.006);
    expect(Math.max(...kept.slice(0, 1000))).toBeCloseTo(65536 / (65536 - Math.round(0.3 * 65536)), 6);
    await expect(async () => dropout(tf.ones([1]), 1, randomKey(5))).rejects.toThrow(/0 <= rate < 1/);
  });
});
