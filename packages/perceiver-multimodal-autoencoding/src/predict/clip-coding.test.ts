import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, initializeParameters } from 'perceiver-core';
import { jit, selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { multimodalAutoencoder } from '../model/multimodal-autoencoder.js';
import { multimodalPresets } from '../model/presets/multimodal-presets.js';
import { clipDecoder } from './clip-decoder.js';
import { clipEncoder } from './clip-encoder.js';

const config = multimodalPresets.tiny;
const model = multimodalAutoencoder(config);
let parameters: Record<string, tf.Tensor>;
let clip: { image: tf.Tensor5D; audio: tf.Tensor3D };
let expected: { logits: Record<string, tf.Tensor>; lastHiddenState: tf.Tensor3D };

beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
  // Large weights, so that everything matters.
  parameters = initializeParameters(declareParameters(model), 1, { family: 'normal', std: 0.2 });
  const image = tf.randomUniform<tf.Rank.R5>([1, config.numFrames, config.height, config.width, 3], 0, 1, 'float32', 1);
  const audio = tf.randomUniform<tf.Rank.R3>([1, 640, 1], -1, 1, 'float32', 2);
  const run = jit((weights: typeof parameters, clip: { image: tf.Tensor5D; audio: tf.Tensor3D }) => {
    const { logits, lastHiddenState } = model.apply(bindParameters(weights), clip);
    return { logits: logits as Record<string, tf.Tensor>, lastHiddenState };
  });
  clip = { image, audio };
  expected = await run(parameters, clip);
});

function expectClose(actual: Float32Array, reference: ArrayLike<number>): void {
  expect(actual.length).toBe(reference.length);
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < actual.length; i++) {
    largest = Math.max(largest, Math.abs(reference[i]!));
    difference = Math.max(difference, Math.abs(actual[i]! - reference[i]!));
  }
  expect(difference / largest).toBeLessThan(1e-5);
}

describe('clipEncoder', () => {
  const values = async () => ({
    video: (await clip.image.data()) as Float32Array,
    audio: (await clip.audio.data()) as Float32Array,
  });

  it("gives the model's latents and leaves no tensors behind", async () => {
    const given = await values();
    await Promise.all(Object.values(parameters).map((tensor) => tensor.data()));
    const before = tf.memory().numTensors;
    const encode = clipEncoder(config, parameters);
    const latents = await encode(given);
    expect(tf.memory().numTensors).toBe(before + 1);
    expectClose((await latents.data()) as Float32Array, await expected.lastHiddenState.data());
    latents.dispose();
  });

  it('stops when asked', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(clipEncoder(config, parameters)(await values(), { signal })).rejects.toThrow('enough');
  });
});

describe('clipDecoder', () => {
  it('gives what the model gives, piece by piece', async () => {
    const seen: number[] = [];
    const onProgress = (done: number, total: number): void => {
      seen.push(done);
      expect(total).toBe(1024 + 40 + 1);
    };
    const decoded = await clipDecoder(config, parameters)(expected.lastHiddenState, { chunkSize: 400, onProgress });
    expect(seen).toEqual([1, 41, 441, 841, 1065]);
    expectClose(decoded.video, await expected.logits.image!.data());
    expectClose(decoded.audio, await expected.logits.audio!.data());
    expectClose(decoded.labelLogits, await expected.logits.label!.data());
  });

  it('gives a part alone', async () => {
    const points = { image: [100, 300], audio: [7, 7] } as const;
    const decoded = await clipDecoder(config, parameters)(expected.lastHiddenState, { points });
    const pixels = await expected.logits.image!.data();
    expectClose(decoded.video, pixels.slice(300, 900));
    expect(decoded.audio.length).toBe(0);
    expectClose(decoded.labelLogits, await expected.logits.label!.data());
    const beyond = clipDecoder(config, parameters)(expected.lastHiddenState, { points: { audio: [30, 41] } });
    await expect(beyond).rejects.toThrow('a stretch within [0, 40), got [30, 41)');
  });

  it('stops when asked', async () => {
    const controller = new AbortController();
    const onProgress = (done: number): void => {
      if (done > 400) controller.abort(new Error('enough'));
    };
    const options = { chunkSize: 400, onProgress, signal: controller.signal };
    await expect(clipDecoder(config, parameters)(expected.lastHiddenState, options)).rejects.toThrow('enough');
  });
});
