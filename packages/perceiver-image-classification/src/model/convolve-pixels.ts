import * as tf from '@tensorflow/tfjs';
import { type BufferUpdate, normedConvolution, type RunContext, type Scope } from 'perceiver-core';
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
  const convolved = normedConvolution(pixels, channels, {
    convolution: scope.at('conv'),
    norm: scope.at('batchnorm'),
    kernel: WINDOW,
    stride: 2,
    padding: padding === 'same' ? 'same' : undefined,
    activation: 'relu',
    context,
    update,
  });
  return tf.maxPool(convolved, [3, 3], 2, padding === 'same' ? 'same' : 'valid');
}
