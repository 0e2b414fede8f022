export { type NGramBits, nGramBits } from './baselines/n-gram-bits.js';
export { BUNDLED_TEXTS, type BundledText, bundledTextPath, readBundledText } from './datasets/bundled-text.js';
export { type DecodeOptions, decodeIds, idsToBytes } from './tokenizer/decode-ids.js';
export { type EncodeBatchOptions, type EncodedBatch, encodeBatch, type TextOrPair } from './tokenizer/encode-batch.js';
export { type EncodeOptions, type EncodePairOptions, encodePair, encodeText } from './tokenizer/encode-text.js';
export { BYTE_OFFSET, SPECIAL_TOKENS, type SpecialToken, VOCABULARY_SIZE } from './tokenizer/special-tokens.js';
