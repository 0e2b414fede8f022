import type { PixelTransformerConfig } from './pixel-transformer.js';

/**
 * The Transformer of the Perceiver's table 1: ImageNet shrunk to 64 x 64, RGB and Fourier features, 57.0 top-1. The paper says that it has the
 * architecture of the Perceiver's latent Transformer with hyperparameters of its own, and does not publish them: 512 channels, 8 heads
 * and 6 layers are this repository's choice.
 */
export const pixelTransformer64: PixelTransformerConfig = {
  imageSize: [64, 64],
  fourier: { numBands: 64, maxResolution: [64, 64] },
  channels: 512,
  numLayers: 6,
  numHeads: 8,
  numLabels: 1000,
};
