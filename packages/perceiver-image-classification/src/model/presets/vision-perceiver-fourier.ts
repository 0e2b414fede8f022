import type { ImageClassifierConfig } from '../image-classifier.js';

/**
 * Perceiver IO on pixels and Fourier features of their positions (Perceiver IO, section 4.6 and table 6): 48,440,627 parameters, 79.0
 * top-1 on ImageNet. The released `deepmind/vision-perceiver-fourier` is this model.
 */
export const visionPerceiverFourier: ImageClassifierConfig = {
  input: { kind: 'fourier', numBands: 64, maxResolution: [224, 224] },
  imageSize: [224, 224],
  numLabels: 1000,
  encoder: {
    numLatents: 512,
    latentChannels: 1024,
    numBlocks: 8,
    numSelfAttendsPerBlock: 6,
    numSelfAttentionHeads: 8,
    numCrossAttentionHeads: 1,
    crossAttentionWidth: 'kv',
    crossAttentionWideningFactor: 1,
    selfAttentionWideningFactor: 1,
    attentionDropout: 0.1,
  },
};
