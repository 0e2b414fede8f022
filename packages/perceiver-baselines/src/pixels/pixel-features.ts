import * as tf from '@tensorflow/tfjs';
import { type ConvolutionInput, fourierChannels, gridFourierFeatures, ModelError } from 'perceiver-core';
import type { PicturesConfig } from './pixels-input.js';

/**
 * What a model sees of pictures, one behind another in the channels: colours `[B, H, W, colours]` and, where the configuration asks for them,
 * Fourier features of positions, `[1, H, W, features]` for all pictures, in the Perceiver's order: y, x, sines of y and x, cosines of y
 * and x (PARITY, section 3).
 *
 * @throws ModelError for pictures of another shape
 */
export function pixelFeatures(pixels: tf.Tensor4D, { colours = 3, fourier }: PicturesConfig): ConvolutionInput {
  const { rank, shape } = pixels;
  if (rank !== 4 || shape[3] !== colours) {
    throw new ModelError(`pixels: expected [B, height, width, ${colours}], got [${shape}]`);
  }
  if (fourier === undefined) return pixels;
  const [, height, width] = shape;
  const features = gridFourierFeatures([height, width], fourier);
  return [pixels, tf.tensor4d(features, [1, height, width, fourierChannels(fourier)])];
}
