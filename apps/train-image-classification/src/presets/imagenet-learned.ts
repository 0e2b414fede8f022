import { mergeConfig, type Preset } from 'perceiver-training/node';
import { imagenetFourier } from './imagenet-fourier.js';

/**
 * Perceiver IO with learned positions, which knows nothing of two dimensions (Perceiver IO, section 4.6): 62,255,848 parameters, 72.7 top-1.
 *
 *     train-image-classification --preset imagenet-learned --dataset FOLDER
 *
 * Costs 478 GFLOPs a picture forwards and about 2.0e20 FLOPs in all.
 */
export const imagenetLearned: Preset = {
  summary: 'Perceiver IO with learned positions on ImageNet, 62M parameters, 72.7 top-1; needs many accelerators',
  config: mergeConfig(imagenetFourier.config, {
    // DeepMind's notebook for this model has no residual around the decoder's query.
    model: { input: 'learned', convChannels: 256, projectedChannels: 256, headResidual: false },
  }),
};
