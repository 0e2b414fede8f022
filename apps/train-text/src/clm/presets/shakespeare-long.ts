import type { Preset } from 'perceiver-training/node';

/**
 * The same text with a wider and deeper model and twice the context.
 *
 *     train-text clm --preset shakespeare-long
 */
export const shakespeareLong: Preset = {
  summary: 'a model four times as large with twice the context: an hour on 2 cores',
  config: {
    data: { text: ['tinyshakespeare'] },
    model: {
      maxSeqLen: 256,
      maxLatents: 128,
      numChannels: 192,
      numHeads: 6,
      numSelfAttentionLayers: 5,
      residualDropout: 0.1,
    },
    training: { minutes: 60, learningRate: 1.5e-3 },
  },
};
