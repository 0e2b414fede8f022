import * as tf from '@tensorflow/tfjs';
import {
  bindParameters,
  declareParameters,
  initializeParameters,
  type Model,
  parameterCount,
  type RunOptions,
  tracedFlops,
} from 'perceiver-core';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PixelsInputs, PixelsOutputs } from './pixels/pixels-input.js';
import { resNet } from './resnet/resnet.js';
import { resNetPresets } from './resnet/resnet-presets.js';
import { pixelTransformer } from './transformer/pixel-transformer.js';
import { pixelTransformer64 } from './transformer/pixel-transformer-presets.js';
import { viT } from './vit/vit.js';
import { viTPresets } from './vit/vit-presets.js';

type PictureModel = Model<unknown, PixelsInputs, RunOptions, PixelsOutputs>;

const fourier = { numBands: 3, maxResolution: [16, 16] } as const;
const small = { imageSize: [16, 16], numLabels: 5 } as const;
const smallResNet = { ...small, blocks: [1, 2], stemChannels: 4, planes: [2, 3] };
const smallViT = { ...small, patchSize: 4, hiddenChannels: 8, numLayers: 2, numHeads: 2, mlpChannels: 12 };
const smallTransformer = { ...small, channels: 8, numLayers: 2, numHeads: 2 };

beforeAll(() => selectEngine('cpu'));

const parametersOf = (model: PictureModel) =>
  initializeParameters(declareParameters(model), 1, { family: 'normal', std: 0.3 });
const picture = (seed: number, batch = 1) => tf.randomNormal<tf.Rank.R4>([batch, 16, 16, 3], 0, 1, 'float32', seed);
const distance = (a: tf.Tensor, b: tf.Tensor) => a.sub(b).abs().max().dataSync()[0]!;

describe('published sizes', () => {
  // torchvision's counts; a filter of 258 channels more for the Fourier features.
  it.each([
    ['resnet50', resNet(resNetPresets.resnet50), 25_557_032],
    ['resnet50-fourier', resNet(resNetPresets['resnet50-fourier']), 25_557_032 + 258 * 49 * 64],
    ['vit-b-16', viT(viTPresets['vit-b-16']), 86_567_656],
    ['vit-b-16-fourier', viT(viTPresets['vit-b-16-fourier']), 86_567_656 + 258 * 256 * 768],
  ] as [string, PictureModel, number][])('%s has %d parameters', (_, model, count) => {
    expect(parameterCount(declareParameters(model))).toBe(count);
  });

  it('ResNet-50 and ViT-B/16 need the operations that their papers state', () => {
    // He et al.: 3.8 billion multiply-adds for v1; v1.5 needs 4.1. Dosovitskiy et al. state none; torchvision's table has 4.09 and 17.56.
    expect(tracedFlops(resNet(resNetPresets.resnet50)) / 2e9).toBeCloseTo(4.09, 2);
    expect(tracedFlops(viT(viTPresets['vit-b-16'])) / 2e9).toBeCloseTo(17.56, 1);
  });

  it('the Transformer on 64 x 64 pixels sees 4,096 of them', () => {
    const declared = declareParameters(pixelTransformer(pixelTransformer64));
    expect(declared.find(({ name }) => name === 'projection.weight')!.shape).toEqual([512, 261, 1, 1]);
  });
});

describe.each([
  ['ResNet', resNet(smallResNet), resNet({ ...smallResNet, fourier })],
  ['ViT', viT(smallViT), viT({ ...smallViT, fourier })],
  ['Transformer', pixelTransformer(smallTransformer), pixelTransformer({ ...smallTransformer, fourier })],
] as [string, PictureModel, PictureModel][])('%s', (_, plain, withPositions) => {
  it.each([
    ['colours', plain],
    ['colours and Fourier features', withPositions],
  ])('on %s: a batch is its pictures one by one, with and without intermediates', (_, model) => {
    const scope = bindParameters(parametersOf(model));
    const pixels = picture(1, 2);
    const { logits } = model.apply(scope, { pixels });
    expect(logits.shape).toEqual([2, 5]);
    for (const i of [0, 1]) {
      const alone = model.apply(scope, { pixels: tf.slice(pixels, [i, 0, 0, 0], [1, -1, -1, -1]) });
      expect(distance(alone.logits, tf.slice(logits, [i, 0], [1, -1]))).toBeLessThan(1e-5);
    }
    const open = model.apply(scope, { pixels }, { returnIntermediates: true });
    expect(distance(open.logits, logits)).toBeLessThan(1e-5);
    expect(Object.keys(open.intermediates!).length).toBeGreaterThan(1);
  });

  it('refuses pictures of other colours', () => {
    const scope = bindParameters(parametersOf(plain));
    expect(() => plain.apply(scope, { pixels: tf.zeros([1, 16, 16, 1]) })).toThrow('expected [B, height, width, 3]');
  });
});

describe('ResNet', () => {
  it('gives new running statistics when training, and takes pictures of any size', () => {
    const model = resNet(smallResNet);
    const parameters = parametersOf(model);
    const pixels = picture(1, 4);
    const { buffers } = model.apply(bindParameters(parameters), { pixels }, { training: true });
    const names = declareParameters(model).flatMap(({ name, trainable }) => (trainable ? [] : [name]));
    expect(Object.keys(buffers!).sort()).toEqual(names.sort());
    expect(buffers!['bn1.num_batches_tracked']!.dataSync()[0]).toBe(1);
    const odd = model.apply(bindParameters(parameters), { pixels: tf.zeros([1, 19, 33, 3]) });
    expect(odd.buffers).toBeUndefined();
    expect(odd.logits.shape).toEqual([1, 5]);
  });

  it('evaluates with running statistics as it trained with those of the batch', () => {
    // After many steps on one batch the running statistics are the batch's, but for n / (n - 1) in the variance.
    const model = resNet({ ...smallResNet, blocks: [1], planes: [2] });
    const parameters = parametersOf(model);
    const pixels = picture(2, 8);
    let outputs = model.apply(bindParameters(parameters), { pixels }, { training: true });
    for (let step = 0; step < 100; step++) {
      outputs = tf.tidy(() => model.apply(bindParameters(parameters), { pixels }, { training: true }) as never);
      Object.assign(parameters, outputs.buffers);
    }
    const evaluated = model.apply(bindParameters(parameters), { pixels });
    const scale = outputs.logits.abs().max().dataSync()[0]!;
    expect(distance(evaluated.logits, outputs.logits) / scale).toBeLessThan(2e-2);
  });
});

describe('ViT', () => {
  it('takes one size of pictures only', () => {
    const model = viT(smallViT);
    const scope = bindParameters(parametersOf(model));
    expect(() => model.apply(scope, { pixels: tf.zeros([1, 16, 20, 3]) })).toThrow('one size only');
    expect(() => viT({ ...smallViT, patchSize: 5 })).toThrow('whole 5 x 5 squares');
    expect(() => viT({ ...smallViT, numHeads: 3 })).toThrow('8 channels and 3 heads');
  });

  it('drops only when training, the same for the same key', () => {
    const model = viT({ ...smallViT, dropout: 0.2, attentionDropout: 0.2, representationChannels: 6 });
    const scope = bindParameters(parametersOf(model));
    const pixels = picture(3);
    const key = (seed: number) => ({ training: true, dropoutKey: tf.tensor1d([seed, 1], 'int32') as never });
    const run = (options?: RunOptions) => model.apply(scope, { pixels }, options).logits;
    expect(distance(run(), run())).toBe(0);
    expect(distance(run(key(1)), run(key(1)))).toBe(0);
    expect(distance(run(key(1)), run(key(2)))).toBeGreaterThan(1e-4);
  });
});

describe('Transformer', () => {
  it('without positions does not see where pixels are', () => {
    const pixels = picture(4);
    const mirrored = tf.reverse(pixels, [1, 2]);
    const blind = pixelTransformer(smallTransformer);
    const blindScope = bindParameters(parametersOf(blind));
    const difference = distance(
      blind.apply(blindScope, { pixels }).logits,
      blind.apply(blindScope, { pixels: mirrored }).logits,
    );
    expect(difference).toBeLessThan(1e-5);
    const sighted = pixelTransformer({ ...smallTransformer, fourier });
    const scope = bindParameters(parametersOf(sighted));
    const seen = distance(sighted.apply(scope, { pixels }).logits, sighted.apply(scope, { pixels: mirrored }).logits);
    expect(seen).toBeGreaterThan(1e-3);
  });
});
