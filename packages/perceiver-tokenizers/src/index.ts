export { byteTokenizer } from './bytes/byte-tokenizer.js';
export {
  BYTE_OFFSET,
  SPECIAL_TOKEN_NAMES,
  SPECIAL_TOKENS,
  type SpecialToken,
  VOCABULARY_SIZE,
} from './bytes/special-tokens.js';
export { TokenizerError } from './errors.js';
export { filesOfTokenizers, type ModelTokenizerOptions, modelTokenizer } from './model-tokenizer.js';
export { openTokenizer, TOKENIZER_FILES, TOKENIZER_SETTINGS } from './open-tokenizer.js';
export { sentencePieceTokenizer } from './sentencepiece/sentencepiece-tokenizer.js';
export type { EncodedText, EncodeOptions, SpecialIds, Tokenizer } from './tokenizer.js';
export { jsonTokenizer } from './tokenizer-json/json-tokenizer.js';
export { vocabularyTokenizer } from './vocabulary-text.js';
