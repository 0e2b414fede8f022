// Forward pass of an image or optical flow model at released size, its weights constants of the graph.
import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { imageClassifier, imageClassifierConfigFromHub } from 'perceiver-image-classification';
import { openModel } from 'perceiver-inference';
import { opticalFlowModel, parseFlowConfig } from 'perceiver-optical-flow';
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

/** Numbers from -1 to 1 that both sides make. */
function ramp(shape: number[]): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => ((i * 37) % 101) / 50 - 1);
  return tf.tensor(values, shape);
}

async function imageForward() {
  const kind = { parseConfig: imageClassifierConfigFromHub, build: imageClassifier };
  const { model, parameters } = await openModel(directory, kind);
  const run = jit(
    (weights: Weights, pixels: tf.Tensor4D) => model.apply(bindParameters(weights), { pixels }).logits as tf.Tensor,
    { name, constants: [0] },
  );
  const pixels = ramp([1, 224, 224, 3]) as tf.Tensor4D;
  return () => run(parameters, pixels);
}

async function flowForward() {
  const { model, parameters } = await openModel(directory, { parseConfig: parseFlowConfig, build: opticalFlowModel });
  const run = jit(
    (weights: Weights, frames: tf.Tensor5D) => model.apply(bindParameters(weights), { frames }).logits as tf.Tensor,
    { name, constants: [0] },
  );
  const frames = ramp([1, 2, 368, 496, 3]) as tf.Tensor5D;
  return () => run(parameters, frames);
}

await selectEngine('onnxruntime', { threads });
const forward = await (name === 'optical-flow-perceiver' ? flowForward() : imageForward());
let logits: Float32Array = new Float32Array();
const seconds = await repeat(
  async () => {
    const result = await forward();
    logits = (await result.data()) as Float32Array;
    result.dispose();
  },
  { warmup, repeats },
);
report({ seconds, check: Array.from(logits.subarray(0, 1000)) });
