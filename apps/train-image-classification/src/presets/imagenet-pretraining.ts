import { mergeConfig, type Preset } from 'perceiver-training/node';
import { imagenetFourier } from './imagenet-fourier.js';

/**
 * The model for pre-training on many more pictures than ImageNet's: 16 self-attends with weights of their own, MLPs four times as wide,
 * 212,170,035 parameters with 1000 classes. With JFT's 300 million pictures, which are not public, and fine-tuning the paper reaches 84.5
 * (Fourier features) and 86.4 (`--model.input conv --model.maxResolution 56`) on ImageNet (Perceiver IO, section 4.6).
 *
 *     train-image-classification --preset imagenet-pretraining-16x-unshared --dataset FOLDER
 *
 * Costs 269 GFLOPs a picture forwards and about 1.1e20 FLOPs in all for 110 epochs of ImageNet.
 */
export const imagenetPretraining: Preset = {
  summary: 'Perceiver IO of 16 unshared self-attends, 212M parameters, to pre-train on very many pictures',
  config: mergeConfig(imagenetFourier.config, {
    model: {
      numBlocks: 16,
      numSelfAttendsPerBlock: 1,
      sharing: 'none',
      firstBlockShared: false,
      selfAttentionWideningFactor: 4,
    },
  }),
};
