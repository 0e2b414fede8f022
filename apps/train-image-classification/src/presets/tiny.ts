import type { Preset } from 'perceiver-training/node';

/** Every part of a run in some seconds, for tests. It learns next to nothing. */
export const tiny: Preset = {
  summary: 'a few steps of a very small model, to see that everything works',
  config: {
    data: { limit: 200 },
    model: {
      patch: 4,
      stride: 4,
      numBands: 3,
      numLatents: 8,
      latentChannels: 16,
      numSelfAttendsPerBlock: 1,
      numSelfAttentionHeads: 2,
    },
    training: { steps: 20, batchSize: 8 },
    evaluation: { batchSize: 25, maxPictures: 50 },
  },
};
