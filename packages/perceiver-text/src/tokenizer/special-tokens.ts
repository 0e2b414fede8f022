// Of the tokenizers' package, since models of other packages read bytes too.
export {
  BYTE_OFFSET,
  SPECIAL_TOKEN_NAMES,
  SPECIAL_TOKENS,
  type SpecialToken,
  VOCABULARY_SIZE,
} from 'perceiver-tokenizers';
