import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, initializeParameters, parameterCount } from 'perceiver-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageClassifierConfigFromHub } from '../load/hub-config.js';
import { type ImageClassifierConfig, imageClassifier } from './image-classifier.js';
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
