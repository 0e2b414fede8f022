import * as tf from '@tensorflow/tfjs';
import { adamw } from '../optimizers/adamw.js';
import type { TensorRecord } from '../optimizers/transformation.js';
import { hostRandom } from '../random/host-random.js';
import { INITIALIZATION_STREAM } from '../random/streams.js';
import { type BatchSource, indexedBatches } from '../trainer/batch-source.js';
import type { LossFunction } from '../trainer/loss-function.js';

// A convolution, a batch norm whose running statistics are the run's buffers, and a linear layer. Used by this package's
// tests only.

export const NORM_CHANNELS = 4;
const MOMENTUM = 0.1;

/** Initial values, a function of the seed. */
export function normTaskParameters(seed: number): TensorRecord {
  const random = hostRandom(seed, INITIALIZATION_STREAM);
  const draw = (shape: number[]) =>
    tf.tensor(
      Array.from({ length: tf.util.sizeFromShape(shape) }, () => 0.3 * random.normal()),
      shape,
      'float32',
    );
  return { 'conv.weight': draw([3, 3, 1, NORM_CHANNELS]), 'fc.weight': draw([NORM_CHANNELS, 1]) };
}

export function normTaskBuffers(): TensorRecord {
  return {
    running_mean: tf.zeros([NORM_CHANNELS]),
    running_var: tf.ones([NORM_CHANNELS]),
    num_batches_tracked: tf.scalar(0),
  };
}

export const normTaskLoss: LossFunction = (parameters, { x, y }) => {
  const convolved = tf.conv2d(x as tf.Tensor4D, parameters['conv.weight'] as tf.Tensor4D, 1, 'same');
  const mean = convolved.mean([0, 1, 2]);
  const centred = convolved.sub(mean);
  const variance = centred.square().mean([0, 1, 2]);
  const count = convolved.size / NORM_CHANNELS;
  const moved = (name: string, current: tf.Tensor) => parameters[name]!.mul(1 - MOMENTUM).add(current.mul(MOMENTUM));
  const hidden = centred.mul(variance.add(1e-5).rsqrt()).relu().mean([1, 2]) as tf.Tensor2D;
  const loss = tf
    .matMul(hidden, parameters['fc.weight'] as tf.Tensor2D)
    .sub(y!)
    .square()
    .mean() as tf.Scalar;
  return {
    loss,
    metrics: {},
    buffers: {
      running_mean: moved('running_mean', mean),
      running_var: moved('running_var', variance.mul(count / (count - 1))),
      num_batches_tracked: parameters.num_batches_tracked!.add(1),
    },
  };
};

export function normTaskBatches(seed: number): BatchSource {
  return indexedBatches(seed, (_, random) => {
    const x = tf.tensor4d(
      Array.from({ length: 6 * 25 }, () => 1 + 2 * random.normal()),
      [6, 5, 5, 1],
    );
    return { x, y: tf.tensor2d(Array.from({ length: 6 }, () => [random.normal()])) };
  });
}

export const normTaskOptimizer = () => adamw({ learningRate: 0.01 });
