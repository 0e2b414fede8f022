import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, initializeParameters, parameterCount, tracedFlops } from 'perceiver-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageClassifierConfigFromHub } from '../load/hub-config.js';
import { type ImageClassifierConfig, imageClassifier } from './image-classifier.js';
import { inputGrid } from './input-grid.js';
import { permutePixels } from './permute-pixels.js';
import { pixelPatches } from './pixel-patches.js';
import { imageClassifierPresets } from './presets/image-presets.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const { tiny } = imageClassifierPresets;
const conv: ImageClassifierConfig = {
  ...tiny,
  input: { kind: 'conv', channels: 8, numBands: 3, maxResolution: [8, 8] },
};
const learned: ImageClassifierConfig = { ...tiny, input: { kind: 'learned', channels: 8, projectedChannels: 6 } };

const parametersOf = (config: ImageClassifierConfig) =>
  initializeParameters(declareParameters(imageClassifier(config)), 1, { family: 'normal', std: 0.3 });
const noise = (shape: [number, number, number, number]) => tf.randomUniform<tf.Rank.R4>(shape, -1, 1, 'float32', 3);
const logitsOf = (config: ImageClassifierConfig, pixels: tf.Tensor4D, parameters = parametersOf(config)) =>
  imageClassifier(config).apply(bindParameters(parameters), { pixels }).logits;

describe.each(['conv', 'fourier', 'learned'] as const)('vision-perceiver-%s', (kind) => {
  const preset = imageClassifierPresets[`vision-perceiver-${kind}`];
  const published = { conv: 48_646_522, fourier: 48_440_627, learned: 62_255_848 };

  it('has the published number of parameters', () => {
    expect(parameterCount(declareParameters(imageClassifier(preset)))).toBe(published[kind]);
  });

  const manifest = `../shared/manifests/vision-perceiver-${kind}.json`;
  it.skipIf(!existsSync(manifest))('has names and shapes of the released checkpoint', () => {
    const { tensors, config } = JSON.parse(readFileSync(manifest, 'utf8'));
    const fromHub = imageClassifierConfigFromHub(config);
    expect(fromHub).toMatchObject(preset);
    const declared = declareParameters(imageClassifier(fromHub));
    expect(Object.fromEntries(declared.map(({ name, shape }) => [name, shape]))).toEqual(tensors);
  });
});

describe('the Perceiver of 2021', () => {
  const { 'perceiver-2021': shared, 'perceiver-2021-unshared': unshared } = imageClassifierPresets;
  const millions = (config: ImageClassifierConfig) => parameterCount(declareParameters(imageClassifier(config))) / 1e6;

  it('has the published size, with and without shared weights', () => {
    expect(millions(shared)).toBeCloseTo(44.9, 1);
    expect(millions(unshared)).toBeCloseTo(326, 0);
  });

  it('needs the published operations', () => {
    for (const config of [shared, unshared]) {
      const flops = tracedFlops(imageClassifier(config));
      expect(Math.abs(flops / 707e9 - 1)).toBeLessThan(0.05);
    }
  });
});

describe('squares of pixels', () => {
  it('are the pixels around a place, zero outside', () => {
    const pixels = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const around = pixelPatches(pixels, { patch: 3 });
    expect(around.shape).toEqual([1, 3, 3, 9]);
    expect(tf.slice(around, [0, 0, 0, 0], [1, 1, 1, 9]).flatten().arraySync()).toEqual([0, 0, 0, 0, 1, 2, 0, 4, 5]);
    const apart = pixelPatches(pixels, { patch: 2, stride: 2 });
    expect(apart.arraySync()).toEqual([[[[1, 2, 4, 5], [3, 0, 6, 0]], [[7, 8, 0, 0], [9, 0, 0, 0]]]]); // biome-ignore format: rows
    expect(pixelPatches(pixels, { stride: 2 }).flatten().arraySync()).toEqual([1, 3, 7, 9]);
    expect(pixelPatches(noise([2, 28, 28, 3]), { patch: 4, stride: 3 }).shape).toEqual([2, 10, 10, 48]);
  });

  it('are the rows of a classifier', () => {
    const config = { ...tiny, input: { ...tiny.input, patch: 4, stride: 2 } } as ImageClassifierConfig;
    expect(inputGrid(config.input, 27, 32)).toEqual([14, 16]);
    expect(logitsOf(config, noise([2, 27, 32, 3])).shape).toEqual([2, 10]);
  });
});

describe('positions', () => {
  const pixels = noise([2, 32, 32, 3]);
  const permuted = permutePixels(pixels, 7);
  const distanceOf = (a: tf.Tensor, b: tf.Tensor) => a.sub(b).abs().max().arraySync() as number;
  const plain = (positionChannels: number): ImageClassifierConfig => ({
    ...tiny,
    input: { kind: 'pixels', positionChannels },
  });

  it('are all that a model knows of where pixels are', () => {
    const [none, learned] = [plain(0), plain(8)];
    expect(distanceOf(logitsOf(none, pixels), logitsOf(none, permuted))).toBeLessThan(1e-5);
    expect(distanceOf(logitsOf(learned, pixels), logitsOf(learned, permuted))).toBeGreaterThan(1e-3);
    expect(() => logitsOf(learned, noise([1, 32, 31, 3]))).toThrow('expected 32 x 32, got 32 x 31');
  });

  it('stay where they are when pixels are permuted', () => {
    const parameters = parametersOf(tiny);
    const moved = logitsOf({ ...tiny, permutation: 7 }, pixels, parameters);
    expect(distanceOf(moved, logitsOf(tiny, permuted, parameters))).toBe(0);
    expect(distanceOf(moved, logitsOf(tiny, pixels, parameters))).toBeGreaterThan(1e-3);
  });

  it('of a crop may be those of its picture', () => {
    const parameters = parametersOf(tiny);
    const at = (box: number[]) =>
      imageClassifier(tiny).apply(bindParameters(parameters), { pixels, crops: tf.tensor2d([box, box]) }).logits;
    expect(distanceOf(at([-1, -1, 1, 1]), logitsOf(tiny, pixels, parameters))).toBeLessThan(1e-4);
    expect(distanceOf(at([-1, -1, 0, 0]), logitsOf(tiny, pixels, parameters))).toBeGreaterThan(1e-3);
    expect(() => at([0, 0, 1])).toThrow('crops: expected [2, 4], got [2,3]');
  });
});

describe('sizes of pictures', () => {
  it('are free with Fourier features, and fixed with learned positions', () => {
    for (const config of [tiny, conv]) expect(logitsOf(config, noise([2, 20, 27, 3])).shape).toEqual([2, 10]);
    expect(logitsOf(learned, noise([1, 32, 32, 3])).shape).toEqual([1, 10]);
    expect(() => logitsOf(learned, noise([1, 32, 31, 3]))).toThrow('expected 32 x 32, got 32 x 31');
    expect(() => logitsOf(conv, noise([1, 4, 9, 3]))).toThrow('expected at least 5 x 5, got 4 x 9');
    expect(() => logitsOf(tiny, noise([1, 9, 9, 1]))).toThrow('expected [B, height, width, 3], got [1,9,9,1]');
  });

  it('give DeepMind 56 x 56 and the port 55 x 55', () => {
    const rowsOf = (padding: 'port' | 'same') => {
      const config = { ...conv, input: { ...conv.input, padding } } as ImageClassifierConfig;
      const pixels = noise([1, 224, 224, 3]);
      const options = { returnIntermediates: true };
      return imageClassifier(config).apply(bindParameters(parametersOf(config)), { pixels }, options).intermediates!
        .encoder_input!.shape[1];
    };
    expect(rowsOf('port')).toBe(55 * 55);
    expect(rowsOf('same')).toBe(56 * 56);
  });
});

describe('rows of the input array', () => {
  it('that are masked do not matter', async () => {
    const keep = tf.ones([1, 64]).arraySync() as number[][];
    for (let i = 40; i < 64; i++) keep[0]![i] = 0;
    const attentionMask = tf.tensor2d(keep);
    const parameters = parametersOf(tiny);
    const pixels = noise([1, 8, 8, 3]);
    const hidden = pixels
      .reshape([64, 3])
      .mul(attentionMask.reshape([64, 1]))
      .reshape<tf.Tensor4D>([1, 8, 8, 3]);
    const run = (given: tf.Tensor4D, mask?: tf.Tensor2D) =>
      imageClassifier(tiny)
        .apply(bindParameters(parameters), { pixels: given, attentionMask: mask })
        .logits.arraySync();
    expect(run(pixels, attentionMask)).toEqual(run(hidden, attentionMask));
    expect(run(pixels)).not.toEqual(run(pixels, attentionMask));
    expect(() => run(pixels, tf.ones([1, 63]))).toThrow('expected [B, 64]');
  });
});

describe('the batch norm', () => {
  it('uses the batch when training, and says the new running statistics', () => {
    const parameters = parametersOf(conv);
    const pixels = noise([4, 24, 24, 3]);
    const apply = (training: boolean) =>
      imageClassifier(conv).apply(bindParameters(parameters), { pixels }, { training });
    const { buffers, logits } = apply(true);
    expect(apply(false).buffers).toBeUndefined();
    const norm = 'perceiver.input_preprocessor.convnet.batchnorm';
    expect(Object.keys(buffers!).sort()).toEqual(
      ['num_batches_tracked', 'running_mean', 'running_var'].map((name) => `${norm}.${name}`),
    );
    expect(buffers![`${norm}.num_batches_tracked`]!.arraySync()).toBe(1);
    // Running statistics that are the batch's own make evaluating the same as training, up to the unbiased variance.
    const count = 4 * 12 * 12;
    for (const [name, fresh] of [
      ['running_mean', 0],
      ['running_var', 1],
    ] as const) {
      const own = buffers![`${norm}.${name}`]!.sub(0.9 * fresh).mul(10);
      parameters[`${norm}.${name}`] = fresh === 0 ? own : own.mul((count - 1) / count);
    }
    const difference = apply(false).logits.sub(logits).abs().max().arraySync();
    expect(difference).toBeLessThan(1e-3);
  });
});
