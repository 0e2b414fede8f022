import { mergeConfig, type Preset } from 'perceiver-training/node';
import { imagenetFourier } from './imagenet-fourier.js';

/**
 * Perceiver IO behind one convolution and a max-pool (Perceiver IO, section 4.6): 48,646,522 parameters, 82.1 top-1.
 *
 *     train-image-classification --preset imagenet-conv --dataset FOLDER
 *
 * Costs 369 GFLOPs a picture forwards and about 1.6e20 FLOPs in all.
 */
export const imagenetConv: Preset = {
  summary: 'Perceiver IO behind a convolution on ImageNet, 49M parameters, 82.1 top-1; needs many accelerators',
  config: mergeConfig(imagenetFourier.config, { model: { input: 'conv', convChannels: 64, maxResolution: 56 } }),
};
