import * as tf from '@tensorflow/tfjs';
import { declareParameters, initializeParameters } from 'perceiver-core';
import { peakSignalToNoise } from 'perceiver-metrics';
import { adamw, train } from 'perceiver-training';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, expect, it } from 'vitest';
import { labelNames } from '../labels/label-names.js';
import { multimodalAutoencoder } from '../model/multimodal-autoencoder.js';
import { audioPatches } from '../model/multimodal-config.js';
import { multimodalPerceiverTiny } from '../model/presets/multimodal-perceiver-tiny.js';
import { clipShape } from '../predict/clip-shape.js';
import { multimodalPredictor } from '../predict/multimodal-predictor.js';
import { type MultimodalBatch, multimodalLoss } from './multimodal-loss.js';

const config = { ...multimodalPerceiverTiny, maskedLabels: 0.5 };
const shape = clipShape(config);
const { frames, height, width, fps, sampleRate, samples } = shape;

beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
});

/** A bright band that moves to the right, over a slope of blue. */
const pictures = Uint8Array.from({ length: frames * height * width * 3 }, (_, i) => {
  const [colour, x] = [i % 3, Math.floor(i / 3) % width];
  const [y, frame] = [Math.floor(i / 3 / width) % height, Math.floor(i / 3 / width / height)];
  if (colour === 2) return 8 * (x + y);
  return Math.round(128 + 100 * Math.cos(2 * Math.PI * (x / width - frame / frames)));
});
const sound = Float32Array.from({ length: samples }, (_, i) => 0.6 * Math.sin((2 * Math.PI * 125 * i) / sampleRate));

const fixed = (): MultimodalBatch => ({
  image: tf.tensor5d(
    Float32Array.from(pictures, (value) => value / 255),
    [1, frames, height, width, 3],
  ),
  audio: tf.tensor3d(sound, [1, samples, 1]),
  labels: tf.tensor1d([7], 'int32'),
  imagePoints: tf.range(0, frames * height * width, 1, 'int32'),
  audioPoints: tf.range(0, audioPatches(config), 1, 'int32'),
});

it('lets a small model learn a clip by heart, which comes back from the latents with its label', async () => {
  const model = multimodalAutoencoder(config);
  const { parameters } = await train({
    loss: multimodalLoss(model, { image: 1, audio: 1, label: 0.01 }),
    parameters: initializeParameters(declareParameters(model), 1, { family: 'variance-scaling' }),
    optimizer: adamw({ learningRate: 3e-3, maxNorm: 1 }),
    data: { next: () => fixed(), state: () => null, restore: () => {} },
    budget: { steps: 250 },
  });
  const predictor = multimodalPredictor({ config, labels: labelNames(undefined, config.numLabels) }, parameters);
  const video = { frames, height, width, fps, data: pictures };
  const found = await predictor.reconstruct({ video, audio: { sampleRate, channels: 1, data: sound } });
  const mean = pictures.reduce((sum, value) => sum + value, 0) / pictures.length;
  const ofMean = peakSignalToNoise(new Float32Array(pictures.length).fill(mean), pictures, 255);
  const ofSilence = peakSignalToNoise(new Float32Array(samples), sound, 2);
  expect(found.psnr.video).toBeGreaterThan(ofMean + 4);
  expect(found.psnr.audio).toBeGreaterThan(ofSilence + 10);
  expect(found.labels[0]).toMatchObject({ index: 7 });
  await predictor.dispose();
});
