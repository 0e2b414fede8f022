import type { ViTConfig } from './vit-config.js';

/**
 * ViT-B/16 on ImageNet (Dosovitskiy et al., 2021): 86,567,656 parameters, 35.1 GFLOPs; torchvision's `vit_b_16` is this model. The
 * Perceiver paper quotes 77.9 top-1 (table 1).
 */
export const viTB16: ViTConfig = {
  imageSize: [224, 224],
  patchSize: 16,
  hiddenChannels: 768,
  numLayers: 12,
  numHeads: 12,
  mlpChannels: 3072,
  numLabels: 1000,
};

/** ViT-B/16 on RGB and the Fourier features that the Perceiver gets: 76.7 top-1 on ImageNet (Perceiver, table 1). */
export const viTB16Fourier: ViTConfig = { ...viTB16, fourier: { numBands: 64, maxResolution: [224, 224] } };

/** Vision Transformers by name. */
export const viTPresets = { 'vit-b-16': viTB16, 'vit-b-16-fourier': viTB16Fourier } satisfies Record<string, ViTConfig>;
