import type { OpticalFlowModelConfig } from '../optical-flow-model.js';

/**
 * Perceiver IO for optical flow (Perceiver IO, section 4.2 and appendix H): 41,057,134 parameters as released; end-point error 1.81 on Sintel
 * clean, 2.42 on final, 4.98 on KITTI. The released `deepmind/optical-flow-perceiver` is this model.
 */
export const opticalFlowPerceiver: OpticalFlowModelConfig = {
  frameSize: [368, 496],
  numBands: 64,
  patchFeatures: 64,
  rescaleFactor: 100,
  encoder: {
    numLatents: 2048,
    latentChannels: 512,
    numBlocks: 1,
    numSelfAttendsPerBlock: 24,
    numSelfAttentionHeads: 16,
    numCrossAttentionHeads: 1,
    crossAttentionWideningFactor: 1,
    selfAttentionWideningFactor: 1,
    attentionDropout: 0.1,
  },
};
