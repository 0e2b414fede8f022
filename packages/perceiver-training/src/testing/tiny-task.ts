import * as tf from '@tensorflow/tfjs';
import { dropout } from 'tfjs-backend-onnxruntime';
import { adamw } from '../optimizers/adamw.js';
import { decayMatrices } from '../optimizers/decay-mask.js';
import type { TensorRecord } from '../optimizers/transformation.js';
import { hostRandom } from '../random/host-random.js';
import { INITIALIZATION_STREAM } from '../random/streams.js';
import { warmupCosine } from '../schedules/warmup-cosine.js';
import { type BatchSource, indexedBatches } from '../trainer/batch-source.js';
import type { LossFunction } from '../trainer/loss-function.js';

// A two-layer network with dropout that learns a fixed function of random inputs: small, but with every source of
// randomness that a real task has. Used by this package's tests only.

const SHAPES = { 'hidden.weight': [8, 16], 'hidden.bias': [16], 'output.weight': [16, 1], 'output.bias': [1] };

/** Initial values, a function of the seed. */
export function tinyParameters(seed: number): TensorRecord {
  const random = hostRandom(seed, INITIALIZATION_STREAM);
  return Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => {
      const values = Array.from({ length: tf.util.sizeFromShape(shape) }, () => 0.3 * random.normal());
      return [name, tf.tensor(values, shape, 'float32')];
    }),
  );
}

export const tinyLoss: LossFunction = (parameters, { x, y }, key) => {
  const hidden = tf.tanh(
    tf.matMul(x as tf.Tensor2D, parameters['hidden.weight'] as tf.Tensor2D).add(parameters['hidden.bias']!),
  );
  const output = tf.matMul(dropout(hidden as tf.Tensor2D, 0.1, key), parameters['output.weight'] as tf.Tensor2D);
  const error = output.add(parameters['output.bias']!).sub(y!);
  const loss = error.square().mean() as tf.Scalar;
  return { loss, metrics: { absoluteError: error.abs().mean() as tf.Scalar } };
};

export function tinyBatches(seed: number): BatchSource {
  return indexedBatches(seed, (_, random) => {
    const rows = Array.from({ length: 16 }, () => Array.from({ length: 8 }, () => random.normal()));
    const targets = rows.map((row) => [Math.sin(row[0]!) + row[1]! * row[2]!]);
    return { x: tf.tensor2d(rows), y: tf.tensor2d(targets) };
  });
}

export function tinyOptimizer(steps: number) {
  const learningRate = warmupCosine({ peak: 0.01, warmupSteps: Math.min(5, steps), totalSteps: steps });
  return adamw({ learningRate, weightDecay: 0.1, mask: decayMatrices, maxNorm: 1 });
}
