import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, initializeParameters } from 'perceiver-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskedLanguageModel } from '../model/masked-language-model.js';
import { maskedLanguageModelPresets } from '../model/presets/masked-presets.js';
import { encodeBatch } from '../tokenizer/encode-batch.js';
import { PerceiverForGlueClassification } from './glue-classification.js';
import { type TextEncoder as Encoder, textEncoder } from './text-encoder.js';

const { tiny } = maskedLanguageModelPresets;
const texts = ['The cat sat on the mat.', '', 'Größe', 'a [MASK] of tea', 'x'.repeat(126), 'The cat sat on the mat.'];
const channels = tiny.encoder.latentChannels;

let parameters: Record<string, tf.Tensor>;
let encoder: Encoder;
beforeAll(async () => {
  await tf.setBackend('cpu');
  parameters = initializeParameters(declareParameters(maskedLanguageModel(tiny)), 3, { family: 'normal' });
  encoder = textEncoder(tiny, parameters);
});
afterAll(async () => {
  await encoder.dispose();
  tf.dispose(parameters);
});

const row = (values: Float32Array, i: number) => [...values.subarray(i * channels, (i + 1) * channels)];
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

describe('encode', () => {
  it("gives the mean over the model's latents", async () => {
    const { shape, values } = await encoder.encode(texts, { normalize: false });
    expect(shape).toEqual([texts.length, channels]);
    const expected = tf.tidy(() => {
      const { inputIds, attentionMask, shape: size } = encodeBatch(texts);
      const { lastHiddenState } = maskedLanguageModel(tiny).apply(bindParameters(parameters), {
        inputIds: tf.tensor2d(inputIds, size, 'int32'),
        attentionMask: tf.tensor2d(attentionMask, size, 'int32'),
      });
      return lastHiddenState.mean(1).dataSync() as Float32Array;
    });
    expect(largestDifference(values, expected)).toBeLessThan(1e-5);
    expect(largestDifference(row(values, 0), row(values, 2))).toBeGreaterThan(1e-3);
  });

  it('does not depend on batches, on order, or on what else is encoded', async () => {
    const { values } = await encoder.encode(texts);
    for (const batchSize of [1, 4, 7]) {
      const again = await encoder.encode(texts, { batchSize });
      expect(again.shape).toEqual([texts.length, channels]);
      expect(largestDifference(again.values, values)).toBeLessThan(1e-5);
    }
    const reversed = await encoder.encode([...texts].reverse(), { batchSize: 4 });
    texts.forEach((_, i) => {
      expect(largestDifference(row(reversed.values, texts.length - 1 - i), row(values, i))).toBeLessThan(1e-5);
    });
    expect(largestDifference(row(values, 5), row(values, 0))).toBeLessThan(1e-6);
  });

  it('has length 1 unless told otherwise', async () => {
    const { values } = await encoder.encode(texts);
    texts.forEach((_, i) => {
      expect(Math.hypot(...row(values, i))).toBeCloseTo(1, 5);
    });
    expect(await encoder.encode([])).toEqual({ shape: [0, channels], values: new Float32Array() });
  });

  it('cuts long texts only when told to', async () => {
    const long = 'abc'.repeat(100);
    await expect(encoder.encode(['ok', long])).rejects.toThrow('expected at most 126 bytes of text, got 300');
    const cut = await encoder.encode([long, long.slice(0, 126)], { truncate: true });
    expect(largestDifference(row(cut.values, 0), row(cut.values, 1))).toBeLessThan(1e-6);
    await expect(encoder.encode(['x'], { batchSize: 0 })).rejects.toThrow('expected batchSize of 1 or more, got 0');
    await expect(encoder.encode(['x'], { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});

describe('encode with a classifier', () => {
  const config = (inputs: 'bytes' | 'words') => ({
    tasks: ['sst2'] as const,
    queries: 'single-task' as const,
    inputs,
    wordBuckets: 100,
    vocabSize: tiny.vocabSize,
    maxPositions: 8,
    modelChannels: 16,
    encoder: tiny.encoder,
  });

  it('takes words as the same words in any case and spacing, and cuts after the last that fits', async () => {
    const classifier = PerceiverForGlueClassification.fromRandomWeights(config('words'), 1);
    expect(classifier.limit).toEqual({ unit: 'word', count: 8 });
    const { shape, values } = await classifier.encode(['a good film', ' A  GOOD film', 'film good a', 'bad']);
    expect(shape).toEqual([4, channels]);
    expect(largestDifference(row(values, 0), row(values, 1))).toBeLessThan(1e-6);
    for (const other of [2, 3]) expect(largestDifference(row(values, 0), row(values, other))).toBeGreaterThan(1e-4);
    const nine = 'one two three four five six seven eight nine';
    await expect(classifier.encode([nine])).rejects.toThrow('expected at most 8 words of text, got 9');
    const cut = await classifier.encode([nine, nine.replace(' nine', '')], { truncate: true });
    expect(largestDifference(row(cut.values, 0), row(cut.values, 1))).toBeLessThan(1e-6);
    await classifier.dispose();
  });

  it("gives the mean over a byte model's latents", async () => {
    const classifier = PerceiverForGlueClassification.fromRandomWeights(config('bytes'), 1);
    expect(classifier.limit).toEqual({ unit: 'byte', count: 6 });
    const { shape, values } = await classifier.encode([new TextEncoder().encode('abc'), 'abc', 'abd']);
    expect(shape).toEqual([3, channels]);
    expect(largestDifference(row(values, 0), row(values, 1))).toBe(0);
    expect(largestDifference(row(values, 0), row(values, 2))).toBeGreaterThan(1e-4);
    await classifier.dispose();
  });
});
