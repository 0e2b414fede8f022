import type { BertConfig } from '../bert-config.js';

/** A byte-level BERT small enough to train in minutes on texts of 256 bytes. */
export const bertBytesTiny: BertConfig = {
  vocabSize: 262,
  maxPositions: 256,
  hiddenChannels: 64,
  numLayers: 2,
  numHeads: 4,
  intermediateChannels: 256,
};
