import type { ResNetConfig } from './resnet-config.js';

/**
 * ResNet-50 on ImageNet (He et al., 2016): 25,557,032 parameters, 8.2 GFLOPs; torchvision's `resnet50` is this model. The Perceiver paper
 * quotes 77.6 top-1 for training with RandAugment (table 1).
 */
export const resNet50: ResNetConfig = { blocks: [3, 4, 6, 3], imageSize: [224, 224], numLabels: 1000 };

/** ResNet-50 on RGB and the Fourier features that the Perceiver gets: 73.5 top-1 on ImageNet (Perceiver, table 1). */
export const resNet50Fourier: ResNetConfig = {
  ...resNet50,
  fourier: { numBands: 64, maxResolution: [224, 224] },
};

/** ResNets by name. */
export const resNetPresets = { resnet50: resNet50, 'resnet50-fourier': resNet50Fourier } satisfies Record<
  string,
  ResNetConfig
>;
