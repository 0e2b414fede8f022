import type { Preset } from 'perceiver-training/node';

/** Every part of a run in some seconds, for tests. It learns next to nothing. */
export const tiny: Preset = {
  summary: 'a few steps of a very small model, to see that everything works',
  config: {
    data: { text: ['alice-in-wonderland'] },
    model: { maxSeqLen: 32, maxLatents: 16, numChannels: 16, numHeads: 2, numSelfAttentionLayers: 1 },
    training: { steps: 20, batchSize: 4 },
    samples: { length: 20, finalLength: 40 },
    evaluation: { maxWindows: 16 },
  },
};
