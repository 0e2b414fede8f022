import type { BertConfig } from '../bert-config.js';
import { bertBase } from './bert-base.js';

/** The BERT Base that the authors of Perceiver IO trained themselves (table 1, "ours"): 32,000 SentencePiece tokens. */
export const bertBaseSentencePiece: BertConfig = { ...bertBase, vocabSize: 32_000 };
