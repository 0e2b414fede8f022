import { type MultimodalAutoencoderConfig, releasedMultimodalArchitecture } from '../multimodal-config.js';

/**
 * Autoencoder of Kinetics clips (Perceiver IO, section 4.3, table 5): 16 frames of 224 x 224 at 25 a second, 30,720 samples of sound at
 * 48 kHz and one of 700 labels in 784 latents of 512 channels, 19,858,855 parameters. The released `deepmind/multimodal-perceiver`.
 */
export const multimodalPerceiverIo: MultimodalAutoencoderConfig = {
  ...releasedMultimodalArchitecture,
  encoder: {
    numLatents: 784,
    latentChannels: 512,
    numBlocks: 1,
    numSelfAttendsPerBlock: 8,
    numSelfAttentionHeads: 8,
    numCrossAttentionHeads: 1,
    crossAttentionWideningFactor: 1,
    selfAttentionWideningFactor: 1,
    attentionDropout: 0.1,
  },
  numFrames: 16,
  height: 224,
  width: 224,
  imageResolution: 56,
  audioSamplesPerFrame: 1920,
  samplesPerPatch: 16,
  numLabels: 700,
  outputChannels: 512,
  labelQueryChannels: 1024,
};
