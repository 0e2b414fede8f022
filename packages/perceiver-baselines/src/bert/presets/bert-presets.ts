import type { BertConfig } from '../bert-config.js';
import { bertBase } from './bert-base.js';
import { bertBaseSentencePiece } from './bert-base-sentencepiece.js';
import { bertBytes } from './bert-bytes.js';
import { bertBytesTiny } from './bert-bytes-tiny.js';

/** BERTs by name. */
export const bertPresets = {
  'bert-base': bertBase,
  'bert-base-sentencepiece': bertBaseSentencePiece,
  'bert-bytes': bertBytes,
  'bert-bytes-tiny': bertBytesTiny,
} satisfies Record<string, BertConfig>;
