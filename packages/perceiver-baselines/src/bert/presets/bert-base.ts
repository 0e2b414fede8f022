import type { BertConfig } from '../bert-config.js';

/**
 * BERT Base (Devlin et al., 2018; Perceiver IO, table 1): 512 tokens of a vocabulary of word pieces, 109,514,298 parameters. The released
 * `bert-base-uncased` is this model.
 */
export const bertBase: BertConfig = {
  vocabSize: 30_522,
  maxPositions: 512,
  hiddenChannels: 768,
  numLayers: 12,
  numHeads: 12,
  intermediateChannels: 3072,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};
