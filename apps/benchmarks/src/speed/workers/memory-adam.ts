// Peak memory of Adam steps of a model with many parameters and small activations: 16 latents of 768 channels.
import * as tf from '@tensorflow/tfjs';
import {
  bindParameters,
  declareParameters,
  initialValues,
  type Perceiver,
  parameterCount,
  runPerceiver,
  type Scope,
} from 'perceiver-core';
import { adam } from 'perceiver-training';
import { jit, selectEngine, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import { report, resetPeak, workerSettings } from './report.js';
import { trainingLoop } from './training-loop.js';

const INPUTS = 32;
const CHANNELS = 64;
const { threads, steps } = workerSettings<{ threads: number; steps: number }>();
await selectEngine('onnxruntime', { threads });
const parts: Perceiver<tf.Tensor3D> = {
  encoder: {
    numLatents: 16,
    latentChannels: 768,
    numCrossAttentionHeads: 8,
    numSelfAttentionHeads: 8,
    numSelfAttendsPerBlock: 7,
    numBlocks: 1,
    qkChannels: 768,
    vChannels: 768,
    selfAttentionWideningFactor: 4,
  },
  inputAdapter: (_scope, inputs) => ({ inputs }),
  numClasses: 10,
};
const model = {
  apply: (scope: Scope, { inputs }: { inputs: tf.Tensor3D }) => runPerceiver(scope, inputs, parts).logits,
  exampleInputs: () => ({ inputs: { shape: [1, INPUTS, CHANNELS], dtype: 'float32' } }),
};
const declaration = declareParameters(model);
const parameters = parameterCount(declaration);
const x = tf.tensor3d(
  Float32Array.from({ length: INPUTS * CHANNELS }, (_, i) => ((i * 37) % 101) / 50 - 1),
  [1, INPUTS, CHANNELS],
);
// A compiled graph, so that what the runtime itself takes is counted as the process' own.
const warm = jit((given: tf.Tensor3D) => given.square().sum());
tf.dispose(await warm(x));
await warm.dispose();
globalThis.gc?.();
const baseBytes = process.memoryUsage().rss;
const byName = new Map(declaration.map((each) => [each.name, each]));
const step = await trainingLoop({
  declaration,
  read: (name) => initialValues(byName.get(name)!, 0, { family: 'variance-scaling' }),
  loss: (weights, batch) =>
    softmaxCrossEntropy(
      model.apply(bindParameters(weights), { inputs: batch.x as tf.Tensor3D }),
      batch.labels as tf.Tensor1D,
    ),
  optimizer: adam({ learningRate: 1e-4 }),
  batch: { x, labels: tf.tensor1d([3], 'int32') },
});
// Making the initial numbers leaves garbage that is not the optimiser's.
const peakReset = resetPeak();
for (let i = 0; i < steps; i++) await step();
report({ parameters, baseBytes, peakReset });
