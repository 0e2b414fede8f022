import type * as tf from '@tensorflow/tfjs';
import { buffer, normOffset, normScale } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';

const EPSILON = 1e-5;
/** Share of a batch's statistics in the running ones. */
const MOMENTUM = 0.1;

/** Takes new values of buffers, by their full names; a trainer stores them after the step. */
export type BufferUpdate = (name: string, value: tf.Tensor) => void;

/** Parameters and buffers of a batch norm over the last axis. */
function batchNormParameters(scope: Scope, channels: number) {
  const filled = (value: number) => buffer(() => new Float32Array(channels).fill(value));
  return {
    weight: scope.parameter<tf.Tensor1D>('weight', [channels], normScale),
    bias: scope.parameter<tf.Tensor1D>('bias', [channels], normOffset),
    runningMean: scope.parameter<tf.Tensor1D>('running_mean', [channels], filled(0)),
    runningVariance: scope.parameter<tf.Tensor1D>('running_var', [channels], filled(1)),
    batches: scope.parameter<tf.Scalar>(
      'num_batches_tracked',
      [],
      buffer(() => new Float32Array(1)),
    ),
  };
}

/** What an evaluating batch norm does to each channel: `x * scale + offset`, both `[channels]`. */
export function batchNormAffine(scope: Scope, channels: number): { scale: tf.Tensor1D; offset: tf.Tensor1D } {
  const { weight, bias, runningMean, runningVariance } = batchNormParameters(scope, channels);
  const scale = weight.mul<tf.Tensor1D>(runningVariance.add(EPSILON).rsqrt());
  return { scale, offset: bias.sub<tf.Tensor1D>(runningMean.mul(scale)) };
}

/**
 * Batch norm in training: each channel by the mean and variance of this batch. The running statistics move a tenth of the way towards
 * the batch's (the variance unbiased) and are handed to `update`; gradients do not pass through them.
 *
 * @param x `[B, H, W, channels]`
 */
export function batchNormTraining(scope: Scope, x: tf.Tensor4D, update: BufferUpdate): tf.Tensor4D {
  const channels = x.shape[3];
  const { weight, bias, runningMean, runningVariance, batches } = batchNormParameters(scope, channels);
  const mean = x.mean<tf.Tensor1D>([0, 1, 2]);
  const centred = x.sub<tf.Tensor4D>(mean);
  const variance = centred.square().mean<tf.Tensor1D>([0, 1, 2]);
  const count = x.size / channels;
  const moved = (running: tf.Tensor1D, current: tf.Tensor) => running.mul(1 - MOMENTUM).add(current.mul(MOMENTUM));
  update(`${scope.path}.running_mean`, moved(runningMean, mean));
  update(`${scope.path}.running_var`, moved(runningVariance, variance.mul(count / Math.max(1, count - 1))));
  update(`${scope.path}.num_batches_tracked`, batches.add(1));
  return centred.mul(variance.add(EPSILON).rsqrt().mul(weight)).add(bias);
}
