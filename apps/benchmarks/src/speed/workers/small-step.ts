// Adam steps of the small Perceiver.
import * as tf from '@tensorflow/tfjs';
import { openSafetensors } from 'perceiver-checkpoints';
import { bindParameters, declareParameters } from 'perceiver-core';
import { adam } from 'perceiver-training';
import { selectEngine, softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import { SMALL, smallPerceiver } from '../small-perceiver.js';
import { repeat } from './repeat.js';
import { report, workerSettings } from './report.js';
import { trainingLoop } from './training-loop.js';

const { weights, threads, warmup, repeats } = workerSettings<{
  weights: string;
  threads: number;
  warmup: number;
  repeats: number;
}>();
await selectEngine('onnxruntime', { threads });
const { batch, inputs, channels, classes } = SMALL;
const declaration = declareParameters(smallPerceiver);
const sizes = new Map(declaration.map(({ name, shape }) => [name, tf.util.sizeFromShape([...shape])]));
const reader = await openSafetensors(weights);
const step = await trainingLoop({
  declaration,
  read: async (name) => {
    const values = new Float32Array(sizes.get(name)!);
    await reader.readInto(name, values);
    return values;
  },
  loss: (parameters, { x, labels }) =>
    softmaxCrossEntropy(
      smallPerceiver.apply(bindParameters(parameters), { inputs: x as tf.Tensor3D }),
      labels as tf.Tensor1D,
    ),
  optimizer: adam({ learningRate: 1e-3 }),
  batch: {
    x: tf.tensor3d(
      Float32Array.from({ length: batch * inputs * channels }, (_, i) => ((i * 37) % 101) / 50 - 1),
      [batch, inputs, channels],
    ),
    labels: tf.tensor1d(
      Array.from({ length: batch }, (_, i) => i % classes),
      'int32',
    ),
  },
});
await reader.close();
const losses: number[] = [];
const seconds = await repeat(
  async () => {
    losses.push(await step());
  },
  { warmup, repeats },
);
// Later losses tell rounding apart rather than models.
report({ seconds, check: losses.slice(0, 5), losses });
