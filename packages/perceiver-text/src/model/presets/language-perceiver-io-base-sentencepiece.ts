import type { MaskedLanguageModelConfig } from '../masked-language-model.js';
import { languagePerceiverIoBase } from './language-perceiver-io-base.js';

/**
 * Perceiver IO Base on 512 SentencePiece tokens (Perceiver IO, table 1): 32,000 pieces, 223,155,456 parameters, 81.2 on GLUE. The encoder
 * is the byte-level model's. It has not been released.
 */
export const languagePerceiverIoBaseSentencePiece: MaskedLanguageModelConfig = {
  ...languagePerceiverIoBase,
  vocabSize: 32_000,
  maxPositions: 512,
};
