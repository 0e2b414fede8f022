import type { ImageClassifierConfig } from 'perceiver-image-classification';

/** The encoder of `train-image-classification --preset fashion-mnist`, which learns within minutes on a CPU. */
export const smallEncoder: ImageClassifierConfig['encoder'] = {
  numLatents: 32,
  latentChannels: 96,
  numBlocks: 1,
  numSelfAttendsPerBlock: 3,
  numCrossAttentionHeads: 4,
  numSelfAttentionHeads: 4,
  crossAttentionQkChannels: 96,
  crossAttentionVChannels: 96,
  crossAttentionWideningFactor: 2,
  selfAttentionWideningFactor: 2,
};
