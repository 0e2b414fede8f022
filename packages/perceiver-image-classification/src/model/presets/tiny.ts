import type { ImageClassifierConfig } from '../image-classifier.js';

/** The Fourier model small enough for tests and first trials: 32 x 32 pixels, 10 classes, about 25 thousand parameters. */
export const tiny: ImageClassifierConfig = {
  input: { kind: 'fourier', numBands: 6, maxResolution: [32, 32] },
  imageSize: [32, 32],
  numLabels: 10,
  encoder: {
    numLatents: 16,
    latentChannels: 32,
    numBlocks: 2,
    numSelfAttendsPerBlock: 2,
    numSelfAttentionHeads: 4,
    numCrossAttentionHeads: 1,
    attentionDropout: 0,
  },
};
