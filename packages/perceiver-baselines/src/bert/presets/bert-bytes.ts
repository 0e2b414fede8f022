import type { BertConfig } from '../bert-config.js';
import { bertBase } from './bert-base.js';

/**
 * BERT on 2048 UTF-8 bytes with as many operations as BERT Base needs on 512 tokens (Perceiver IO, table 1, "matching FLOPs"): 6 layers,
 * 20M parameters. The paper gives no width; 512 channels give its parameters and operations.
 */
export const bertBytes: BertConfig = {
  ...bertBase,
  vocabSize: 262,
  maxPositions: 2048,
  hiddenChannels: 512,
  numLayers: 6,
  numHeads: 8,
  intermediateChannels: 2048,
};
