import * as tf from '@tensorflow/tfjs';
import { linearWeight, type RunContext, type Scope } from 'perceiver-core';
import { type BufferUpdate, batchNormAffine, batchNormTraining } from './batch-norm.js';
import type { ConvolvedPixels } from './image-input.js';

const WINDOW = 7;

/**
 * 7x7 convolution with stride 2 and no bias, batch norm, ReLU, 3x3 max-pool with stride 2: parameters `conv.weight`
 * `[channels, colours, 7, 7]` and `batchnorm.*`.
 *
 * @param pixels `[B, H, W, colours]`
 * @returns `[B, H / 4, W / 4, channels]`; with the padding `port` one row and column less where 4 divides the size
 */
export function convolvePixels(
  scope: Scope,
  pixels: tf.Tensor4D,
  { channels, padding = 'port' }: ConvolvedPixels,
  context: RunContext,
  update: BufferUpdate,
): tf.Tensor4D {
  const colours = pixels.shape[3];
  const stored = scope
    .at('conv')
    .parameter<tf.Tensor4D>('weight', [channels, colours, WINDOW, WINDOW], linearWeight(colours * WINDOW ** 2));
  const filter = tf.transpose<tf.Tensor4D>(stored, [2, 3, 1, 0]); // [7, 7, colours, channels]
  const pad = padding === 'same' ? 'same' : 3;
  const norm = scope.at('batchnorm');
  const pool = (x: tf.Tensor4D) => tf.maxPool(x, [3, 3], 2, padding === 'same' ? 'same' : 'valid');
  if (context.training) {
    return pool(batchNormTraining(norm, tf.conv2d(pixels, filter, 2, pad), update).relu());
  }
  // Evaluating, the norm is part of the convolution.
  const { scale, offset } = batchNormAffine(norm, channels);
  return pool(
    tf.fused.conv2d({ x: pixels, filter: filter.mul(scale), strides: 2, pad, bias: offset, activation: 'relu' }),
  );
}
