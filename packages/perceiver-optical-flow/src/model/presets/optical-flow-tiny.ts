import type { OpticalFlowModelConfig } from '../optical-flow-model.js';

/** The same model small enough for tests: frames of 24 x 32 pixels. */
export const opticalFlowTiny: OpticalFlowModelConfig = {
  frameSize: [24, 32],
  numBands: 6,
  patchFeatures: 16,
  rescaleFactor: 100,
  encoder: {
    numLatents: 16,
    latentChannels: 32,
    numBlocks: 1,
    numSelfAttendsPerBlock: 2,
    numSelfAttentionHeads: 4,
    numCrossAttentionHeads: 1,
    attentionDropout: 0,
  },
};
