// Forward pass of an image or optical flow model at released size.
import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { imageClassifier, imageClassifierConfigFromHub } from 'perceiver-image-classification';
import { openModel } from 'perceiver-inference';
import { OpticalFlow } from 'perceiver-optical-flow';
import { jit, selectEngine } from 'tfjs-backend-onnxruntime';
import type { ReleasedName } from '../released-checkpoint.js';
import { repeat } from './repeat.js';
import { report, workerSettings } from './report.js';

type Weights = Record<string, tf.Tensor>;

const { name, directory, threads, warmup, repeats } = workerSettings<{
  name: ReleasedName;
  directory: string;
  threads: number;
  warmup: number;
  repeats: number;
}>();

async function imageForward() {
  const kind = { parseConfig: imageClassifierConfigFromHub, build: imageClassifier };
  const { model, parameters } = await openModel(directory, kind);
  const run = jit(
    (weights: Weights, pixels: tf.Tensor4D) => model.apply(bindParameters(weights), { pixels }).logits as tf.Tensor,
    { name, constants: [0] },
  );
  // Numbers from -1 to 1 that both sides make.
  const values = Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => ((i * 37) % 101) / 50 - 1);
  const pixels = tf.tensor4d(values, [1, 224, 224, 3]);
  return async () => {
    const result = await run(parameters, pixels);
    const logits = await result.data<'float32'>();
    result.dispose();
    return logits;
  };
}

/** What a user runs: a pair of frames through the predictor, from bytes to flow. */
async function flowForward() {
  const predictor = await OpticalFlow.fromPretrained(directory);
  const [height, width] = predictor.config.frameSize;
  const frame = (first: number) => {
    const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => ((first + i) * 37) % 251);
    return { width, height, data };
  };
  const frames = [frame(0), frame(height * width * 3)] as const;
  return async () => (await predictor.estimate(...frames)).data;
}

await selectEngine('onnxruntime', { threads });
const forward = await (name === 'optical-flow-perceiver' ? flowForward() : imageForward());
let found: Float32Array = new Float32Array();
const seconds = await repeat(
  async () => {
    found = await forward();
  },
  { warmup, repeats },
);
report({ seconds, check: Array.from(found.subarray(0, 1000)) });
