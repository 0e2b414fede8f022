import type { ImageClassifierConfig } from '../image-classifier.js';
import { visionPerceiverFourier } from './vision-perceiver-fourier.js';

/**
 * Perceiver IO for pre-training on very many pictures: 16 self-attends with weights of their own, MLPs four times as wide, 212,170,035
 * parameters. Pre-trained on JFT and fine-tuned on ImageNet the paper's reach 84.5 top-1 (Perceiver IO, section 4.6).
 */
export const imagenetPretraining: ImageClassifierConfig = {
  ...visionPerceiverFourier,
  encoder: {
    ...visionPerceiverFourier.encoder,
    numBlocks: 16,
    numSelfAttendsPerBlock: 1,
    sharing: 'none',
    firstBlockShared: false,
    selfAttentionWideningFactor: 4,
  },
};
