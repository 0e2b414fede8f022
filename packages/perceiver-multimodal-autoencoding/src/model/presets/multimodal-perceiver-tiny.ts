import type { MultimodalAutoencoderConfig } from '../multimodal-config.js';

/** The same model small enough for tests: 4 frames of 16 x 16, 640 samples of sound at 4 kHz, about 40 thousand parameters. */
export const multimodalPerceiverTiny: MultimodalAutoencoderConfig = {
  audioBands: 8,
  imageBands: 4,
  imagePatchSize: 4,
  inputMinPadding: 4,
  queryMinPadding: 2,
  encoder: {
    numLatents: 16,
    latentChannels: 32,
    numBlocks: 1,
    numSelfAttendsPerBlock: 2,
    numSelfAttentionHeads: 4,
    numCrossAttentionHeads: 1,
    attentionDropout: 0,
  },
  numFrames: 4,
  height: 16,
  width: 16,
  imageResolution: 4,
  audioSamplesPerFrame: 160,
  samplesPerPatch: 16,
  numLabels: 10,
  outputChannels: 24,
  labelQueryChannels: 32,
};
