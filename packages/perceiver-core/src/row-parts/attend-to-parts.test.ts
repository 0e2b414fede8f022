import * as tf from '@tensorflow/tfjs';
import { exportOnnx, jit, selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AttentionLayerOptions, crossAttend } from '../layers/attention-layer.js';
import { attentionMaskBias } from '../layers/score-bias.js';
import { declareParameters } from '../parameters/declare-parameters.js';
import { initializeParameters } from '../parameters/initialize-parameters.js';
import { bindParameters, type Scope } from '../parameters/scope.js';
import { fourierChannels } from '../positions/fourier-features.js';
import { axisFourierFeatures } from '../positions/grid-fourier-features.js';
import { joinRowParts, type RowParts } from './row-parts.js';

interface Inputs {
  readonly x: tf.Tensor3D;
  readonly inputs: tf.Tensor3D;
  readonly parts?: RowParts;
  readonly scoreBias?: tf.Tensor;
}

type Weights = Record<string, tf.Tensor>;

const QUERY_CHANNELS = 16;

const noise = <R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number) =>
  tf.randomNormal<R>(shape, 0, 1, 'float32', seed);

function gridParts(batch: number, features: number, sizes: readonly number[], numBands: number): RowParts {
  const options = { numBands, maxResolution: sizes };
  const channels = fourierChannels(options);
  const axes = axisFourierFeatures(sizes, options).map((rows, axis) => tf.tensor2d(rows, [sizes[axis]!, channels]));
  const points = sizes.reduce((product, size) => product * size, 1);
  return { features: noise([batch, points, features], 1), axes };
}

/** Colours behind a linear layer and positions without a grid, both with a mean far from 0. */
const learnedParts = (batch: number, rows: number): RowParts => ({
  features: noise([batch, rows, 3], 1),
  embedding: { weight: noise([24, 3], 2), bias: noise<tf.Rank.R1>([24], 3).add(2) },
  axes: [noise<tf.Rank.R2>([rows, 20], 4).add(3)],
});

function layerFor(parts: RowParts) {
  const inputs = joinRowParts(parts);
  const channels = inputs.shape[2];
  const options: AttentionLayerOptions = { numHeads: 1, qkChannels: channels, residual: false };
  const apply = (scope: Scope, { x, inputs, ...given }: Inputs) =>
    crossAttend(scope, x, inputs, { ...options, ...given });
  const model = {
    apply,
    exampleInputs: () => ({
      x: { shape: [1, 3, QUERY_CHANNELS], dtype: 'float32' as const },
      inputs: { shape: [1, 40, channels], dtype: 'float32' as const },
    }),
  };
  const weights = initializeParameters(declareParameters(model), 1, { family: 'normal', std: 0.1 });
  const run = jit((weights: Weights, given: Inputs) => apply(bindParameters(weights), given));
  return { inputs, weights, apply, run: (given: Inputs) => run(weights, given) };
}

const differenceOf = async (a: tf.Tensor, b: tf.Tensor): Promise<number> =>
  (await a.sub(b).abs().max().data<'float32'>())[0]!;

describe('attention to an input array in parts', () => {
  beforeAll(() => selectEngine('onnxruntime', { threads: 1 }));

  it.each([
    ['a grid of two axes', 1, 5, () => gridParts(1, 3, [13, 17], 32)],
    ['a batch of them', 1, 5, () => gridParts(3, 3, [13, 17], 32)],
    ['queries of their own', 3, 5, () => gridParts(3, 3, [13, 17], 32)],
    ['three axes', 1, 5, () => gridParts(2, 4, [3, 7, 11], 20)],
    ['more scores than are made at a time', 1, 600, () => gridParts(1, 3, [61, 67], 32)],
    ['embedded features and positions without a grid', 1, 5, () => learnedParts(1, 300)],
    ['a batch of these', 1, 5, () => learnedParts(3, 300)],
    ['queries of their own for these', 3, 5, () => learnedParts(3, 300)],
  ] as const)('gives what attention to the rows gives: %s', async (_, own, latents, make) => {
    const parts = make();
    const { inputs, run } = layerFor(parts);
    const x = noise<tf.Rank.R3>([own, latents, QUERY_CHANNELS], 5);
    const whole = await run({ x, inputs });
    // Zeros in place of the rows: nothing but the parts is read.
    const inParts = await run({ x, inputs: tf.zerosLike(inputs), parts });
    const largest = (await whole.abs().max().data())[0]!;
    expect((await differenceOf(inParts, whole)) / largest).toBeLessThan(3e-6);
    const others = { ...parts, features: parts.features.reverse(1) };
    expect((await differenceOf(await run({ x, inputs, parts: others }), whole)) / largest).toBeGreaterThan(1e-3);
  });

  it('reads the rows where some are masked', async () => {
    const parts = gridParts(1, 3, [13, 17], 32);
    const { inputs, run } = layerFor(parts);
    const x = noise<tf.Rank.R3>([1, 5, QUERY_CHANNELS], 5);
    const mask = tf.tensor2d(Array.from({ length: 221 }, (_, i) => i % 2), [1, 221]); // biome-ignore format: one row
    const scoreBias = attentionMaskBias(mask);
    const [whole, both] = [await run({ x, inputs, scoreBias }), await run({ x, inputs, scoreBias, parts })];
    expect(await differenceOf(both, whole)).toBe(0);
  });

  it.each([
    ['a grid', () => gridParts(2, 3, [13, 17], 32)],
    ['learned positions', () => learnedParts(2, 300)],
  ])('can be exported for batches of any size: %s', async (_, make) => {
    const { features, ...same } = make();
    const { weights, apply } = layerFor({ features, ...same });
    const f = (weights: Weights, features: tf.Tensor3D) => {
      const parts = { features, ...same };
      const x = weights.x as tf.Tensor3D;
      return apply(bindParameters(weights), { x, inputs: joinRowParts(parts), parts });
    };
    const x = noise<tf.Rank.R3>([1, 5, QUERY_CHANNELS], 5);
    const options = { name: 'layer', constants: [0], argumentNames: ['weights', 'features'], dynamicBatch: true };
    const { inputNames } = await exportOnnx(f, [{ ...weights, x }, features], options);
    expect(inputNames).toEqual(['features']);
  });
});
