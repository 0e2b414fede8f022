import type { Preset } from 'perceiver-training/node';

/** Every part of a run in some seconds, for tests. It learns next to nothing. */
export const tiny: Preset = {
  summary: 'a few steps of a very small model on bundled sentences, to see that everything works',
  config: {
    model: {
      maxPositions: 64,
      modelChannels: 16,
      numLatents: 8,
      latentChannels: 16,
      qkChannels: 16,
      vChannels: 16,
      numSelfAttendsPerBlock: 1,
      numSelfAttentionHeads: 2,
      numCrossAttentionHeads: 2,
    },
    training: { epochs: 2, batchSize: 4 },
    evaluation: { batchSize: 8 },
  },
};
