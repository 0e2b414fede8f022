import * as tf from '@tensorflow/tfjs';
import { randomKey } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { runContext } from '../layers/run-context.js';
import { declareParameters } from '../parameters/declare-parameters.js';
import { bindParameters, type Scope } from '../parameters/scope.js';
import { distance, noise, noisyParameters, useCpu } from '../testing/tensors.js';
import { trimCache } from './cache.js';
import { type PerceiverARConfig, resolvePerceiverARConfig } from './config.js';
import { type PerceiverARInputs, type PerceiverAROptions, runPerceiverAR } from './perceiver-ar.js';
import { droppedPrefix } from './prefix-dropout.js';
import { inverseFrequencies, rotaryPhases, rotate, rotationOf } from './rotary.js';

beforeAll(useCpu);

const config: PerceiverARConfig = {
  vocabSize: 11,
  maxSeqLen: 12,
  maxLatents: 5,
  numChannels: 16,
  numHeads: 2,
  numSelfAttentionLayers: 2,
  numSelfAttentionRotaryLayers: 1,
  crossAttentionWideningFactor: 2,
  selfAttentionWideningFactor: 1,
};
const modelOf = (changes: Partial<PerceiverARConfig> = {}) => {
  const resolved = resolvePerceiverARConfig({ ...config, ...changes });
  return {
    apply: (scope: Scope, inputs: PerceiverARInputs, options?: PerceiverAROptions) =>
      runPerceiverAR(scope, inputs, resolved, options),
    exampleInputs: (batch = 1) => ({ inputIds: { shape: [batch, 12], dtype: 'int32' }, prefixLength: 7 }),
  };
};
const ids = (rows: number[][]): tf.Tensor2D => tf.tensor2d(rows, undefined, 'int32');
const ROW = [3, 7, 1, 9, 4, 10, 2, 5, 8];

describe('Perceiver AR', () => {
  const model = modelOf();
  let parameters: Record<string, tf.Tensor>;
  beforeAll(() => {
    parameters = noisyParameters(model);
  });
  const run = (inputs: PerceiverARInputs, options?: PerceiverAROptions) =>
    model.apply(bindParameters(parameters), inputs, options);

  it('does not see the future', () => {
    const [changed] = [[...ROW]];
    changed![7] = 6;
    const a = run({ inputIds: ids([ROW]), prefixLength: 4 }).logits;
    const b = run({ inputIds: ids([changed!]), prefixLength: 4 }).logits;
    const cut = (x: tf.Tensor3D, start: number, size: number): tf.Tensor => tf.slice(x, [0, start, 0], [-1, size, -1]);
    expect(distance(cut(a, 0, 3), cut(b, 0, 3))).toBe(0);
    expect(distance(cut(a, 3, 1), cut(b, 3, 1))).toBeGreaterThan(1e-3);
    expect(distance(cut(a, 4, 1), cut(b, 4, 1))).toBeGreaterThan(1e-3);
  });

  it('takes padding inside the prefix as absent', () => {
    const padded = ids([[0, 0, ...ROW]]);
    const padMask = tf.tensor2d([[1, 1, ...ROW.map(() => 0)]], undefined, 'int32');
    const a = run({ inputIds: padded, padMask, prefixLength: 6 }).logits;
    const b = run({ inputIds: ids([ROW]), prefixLength: 4 }).logits;
    expect(distance(a, b)).toBeLessThan(1e-5);
  });

  it('gives the same in pieces with a cache', () => {
    const whole = run({ inputIds: ids([ROW]), prefixLength: 4 });
    let step = run({ inputIds: ids([ROW.slice(0, 6)]), prefixLength: 4 }, { returnCache: true });
    const pieces = [step.logits];
    for (const piece of [ROW.slice(6, 7), ROW.slice(7)]) {
      step = run({ inputIds: ids([piece]), prefixLength: 0, cache: step.cache }, { returnCache: true });
      pieces.push(step.logits);
    }
    expect(distance(tf.concat(pieces, 1), whole.logits)).toBeLessThan(1e-5);
  });

  it('gives the same with caches of one fixed length, empty slots masked', () => {
    const whole = run({ inputIds: ids([ROW]), prefixLength: 4 });
    const [slots, latentSlots] = [12, 5];
    const first = run({ inputIds: ids([ROW.slice(0, 6)]), prefixLength: 4 }, { returnCache: true }).cache!;
    const pad = (x: tf.Tensor3D, length: number): tf.Tensor3D =>
      tf.pad(x, [[0, 0], [length - x.shape[1], 0], [0, 0]]); // biome-ignore format: one row
    const widen = ({ key, value }: { key: tf.Tensor3D; value: tf.Tensor3D }, length: number) => ({
      key: pad(key, length),
      value: pad(value, length),
    });
    let cache = {
      cross: widen(first.cross, slots - 1),
      layers: first.layers.map((layer) => widen(layer, latentSlots - 1)),
    };
    for (let t = 6; t < ROW.length; t++) {
      const padMask = tf
        .range(0, slots, 1, 'int32')
        .less(slots - t - 1)
        .reshape<tf.Tensor2D>([1, slots]);
      const latents = t - 4 + 1;
      const latentPadMask = tf
        .range(0, latentSlots, 1, 'int32')
        .less(latentSlots - latents)
        .reshape<tf.Tensor2D>([1, latentSlots]);
      const step = run(
        { inputIds: ids([[ROW[t]!]]), prefixLength: 0, padMask, latentPadMask, cache },
        { returnCache: true },
      );
      expect(distance(step.logits, tf.slice(whole.logits, [0, t - 4, 0], [-1, 1, -1]))).toBeLessThan(1e-5);
      const trimmed = trimCache(step.cache!, { cross: slots - 1, self: latentSlots - 1 });
      cache = { cross: trimmed.cross, layers: [...trimmed.layers] };
    }
  });

  it('refuses what it cannot run', () => {
    expect(() => run({ inputIds: ids([ROW]), prefixLength: 9 })).toThrow('prefix length in [0, 9)');
    expect(() => run({ inputIds: ids([[...ROW, ...ROW]]), prefixLength: 7 })).toThrow('at most maxSeqLen = 12 tokens');
    expect(() => run({ inputIds: ids([ROW]), prefixLength: 4, padMask: tf.zeros([1, 4]) })).toThrow('padMask [1, 9]');
    expect(() => resolvePerceiverARConfig({ ...config, numHeads: 3 })).toThrow('divisible by numHeads (3), got 16');
  });

  it('is also the plain model: learned positions, biases, output norm, untied output, no rotary', () => {
    const plain = modelOf({
      rotary: false,
      qkvBias: true,
      selfAttentionOutputBias: true,
      mlpBias: true,
      outputNorm: true,
      tiedOutput: false,
      latentKeyNorm: 'keyValue',
    });
    const names = declareParameters(plain).map(({ name }) => name);
    expect(names).toContain('self_attention.1.0.module.attention.o_proj.bias');
    expect(names).toContain('output_adapter.weight');
    expect(names).not.toContain('input_adapter.frq_pos_encoding.inv_freq');
    // Embeddings, cross layer, two self layers, output norm and output: each linear layer with weight and bias.
    expect(names).toHaveLength(2 + 18 + 2 * 16 + 2 + 2);
    const { logits } = plain.apply(bindParameters(noisyParameters(plain)), { inputIds: ids([ROW]), prefixLength: 4 });
    expect(logits.shape).toEqual([1, 5, 11]);
  });

  it('leaves out an exact share of the prefix when training, differently each time', () => {
    const context = runContext({ training: true, dropoutKey: randomKey(5) });
    const dropped = droppedPrefix(undefined, 10, 3, 0.35, context, 4)!.cast('int32');
    expect([...dropped.sum(1).dataSync()]).toEqual([3, 3, 3, 3]);
    expect(tf.slice(dropped, [0, 10], [-1, 3]).sum().dataSync()[0]).toBe(0);
    expect(distance(dropped, droppedPrefix(undefined, 10, 3, 0.35, context, 4)!.cast('int32'))).toBe(1);
    expect(droppedPrefix(undefined, 10, 3, 0.35, runContext(), 4)).toBeUndefined();
  });

  it('drops when training only, and needs a key for it', () => {
    const dropping = modelOf({ attentionDropout: 0.5, residualDropout: 0.5 });
    const parameters = bindParameters(noisyParameters(dropping));
    const inputs = { inputIds: ids([ROW]), prefixLength: 4 };
    const still = dropping.apply(parameters, inputs).logits;
    const train = (seed: number) =>
      dropping.apply(parameters, inputs, { training: true, dropoutKey: randomKey(seed) }).logits;
    expect(distance(still, dropping.apply(parameters, inputs).logits)).toBe(0);
    expect(distance(train(1), train(1))).toBe(0);
    expect(distance(train(1), train(2))).toBeGreaterThan(1e-2);
    expect(() => dropping.apply(parameters, inputs, { training: true })).toThrow('expected options.dropoutKey');
  });
});

describe('rotary positions', () => {
  const layout = { numHeads: 2, headChannels: 6, rotatedChannels: 4 };
  const at = (first: number, length: number) =>
    rotationOf(rotaryPhases(tf.range(first, first + length).reshape([1, length]), tf.tensor1d(inverseFrequencies(4))));

  it('turn neighbouring channels by position times frequency', () => {
    const x = tf.tensor3d([[[1, 0, 1, 0, 7, 8, 0, 1, 0, 1, 7, 8]]]);
    const turned = [...rotate(x, at(3, 1), layout).dataSync()];
    const [p, q] = [3, 3 / 100];
    const expected = [Math.cos(p), Math.sin(p), Math.cos(q), Math.sin(q), 7, 8];
    expected.push(-Math.sin(p), Math.cos(p), -Math.sin(q), Math.cos(q), 7, 8);
    expected.forEach((value, i) => {
      expect(turned[i]).toBeCloseTo(value, 6);
    });
  });

  it('make products depend on distance alone', () => {
    const [x, y] = [noise<tf.Tensor3D>([1, 1, 12]), noise<tf.Tensor3D>([1, 1, 12], 2)];
    const product = (i: number, j: number): number =>
      rotate(x, at(i, 1), layout)
        .mul(rotate(y, at(j, 1), layout))
        .sum()
        .dataSync()[0]!;
    expect(product(2, 5)).toBeCloseTo(product(40, 43), 5);
    expect(Math.abs(product(2, 5) - product(2, 6))).toBeGreaterThan(1e-3);
  });

  it('have the rotation back as gradient', () => {
    const [x, dy] = [noise<tf.Tensor3D>([2, 3, 12]), noise<tf.Tensor3D>([2, 3, 12], 2)];
    const turn = (given: tf.Tensor): tf.Tensor => rotate(given as tf.Tensor3D, at(4, 3), layout);
    const slope = tf.grad(turn)(x, dy);
    // A rotation keeps products: <turn(x), dy> = <x, slope>, and turning the slope gives dy again.
    expect(distance(turn(slope), dy)).toBeLessThan(1e-6);
  });
});
