import type { BertConfig } from '../bert-config.js';

/**
 * A byte-level BERT that needs as many operations for 256 bytes as a classifying Perceiver IO of 32 latents x 128 channels with 2
 * self-attends, `train-text glue`'s default: one layer is all that they pay for.
 */
export const bertBytesTiny: BertConfig = {
  vocabSize: 262,
  maxPositions: 256,
  hiddenChannels: 54,
  numLayers: 1,
  numHeads: 6,
  intermediateChannels: 216,
};
