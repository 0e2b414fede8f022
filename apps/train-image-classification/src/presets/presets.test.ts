import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declareParameters } from 'perceiver-core';
import { type ImageClassifierPreset, imageClassifier, imageClassifierPresets } from 'perceiver-image-classification';
import { checkConfig, optimizerOf } from 'perceiver-training/node';
import { afterAll, describe, expect, it } from 'vitest';
import { imageTrainingSchema } from '../config.js';
import { modelConfig } from '../model-config.js';
import { call } from '../testing/call.js';
import { writeSmallDataSet } from '../testing/small-data-set.js';
import { presets } from './presets.js';

const folder = mkdtempSync(join(tmpdir(), 'image-presets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const settingsOf = (name: string) => checkConfig(imageTrainingSchema, presets[name]!.config, name);
const imageNet = { size: [224, 224], colours: 3, numLabels: 1000 } as const;

describe('recipes of the papers', () => {
  const models: readonly (readonly [string, ImageClassifierPreset])[] = [
    ['imagenet-fourier', 'vision-perceiver-fourier'],
    ['imagenet-learned', 'vision-perceiver-learned'],
    ['imagenet-conv', 'vision-perceiver-conv'],
    ['imagenet-perceiver-2021', 'perceiver-2021'],
    ['imagenet-pretraining-16x-unshared', 'imagenet-pretraining-16x-unshared'],
  ];
  it.each(models)('%s trains the model %s', (recipe, preset) => {
    const listed = (config: Parameters<typeof imageClassifier>[0]) =>
      declareParameters(imageClassifier(config)).map(({ name, shape }) => `${name} ${shape}`);
    expect(listed(modelConfig(settingsOf(recipe).model, imageNet))).toEqual(listed(imageClassifierPresets[preset]));
  });

  it('have no dropout, and the residual around the decoder’s query that DeepMind’s models have', () => {
    const models = ['imagenet-fourier', 'imagenet-learned', 'imagenet-conv'].map((name) => settingsOf(name).model);
    expect(models.map(({ attentionDropout }) => attentionDropout)).toEqual([0, 0, 0]);
    expect(models.map(({ headResidual }) => headResidual)).toEqual([true, false, true]);
  });

  it('have the published learning rates', () => {
    const rateAt = (name: string, fraction: number) => {
      const numbers = optimizerOf(settingsOf(name).training).numbers({ step: 0, fraction });
      return Object.entries(numbers).find(([key]) => key.endsWith('.learningRate'))![1];
    };
    // 5e-4 for 256 pictures, 2e-3 for 1024: constant for half of the epochs, then a cosine.
    expect([0, 0.49, 0.75, 1].map((at) => rateAt('imagenet-fourier', at))).toEqual(
      [2e-3, 2e-3, 1e-3, 0].map((rate) => expect.closeTo(rate, 9)),
    );
    expect([0.5, 0.71, 0.86, 0.96].map((at) => rateAt('imagenet-perceiver-2021', at))).toEqual(
      [4e-3, 4e-4, 4e-5, 4e-6].map((rate) => expect.closeTo(rate, 9)),
    );
  });

  const dataset = writeSmallDataSet(join(folder, 'squares'));
  it.each(models.map(([recipe]) => recipe))('%s runs, very small', async (recipe) => {
    const out = join(folder, recipe);
    const { code, stdout } = await call(['--preset', `${recipe}-tiny`, '--dataset', dataset, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/40 held-out pictures, after 4 steps/);
  });

  it('are described without the data', async () => {
    const { code, stderr } = await call([
      '--preset',
      'imagenet-perceiver-2021',
      '--dataset',
      join(folder, 'none'),
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /Perceiver: 44,912,254 parameters; 512 latents x 1024 channels on 224 x 224 inputs of 261 channels; 8 cross-attends, 8 x 6/,
    );
  });
});
