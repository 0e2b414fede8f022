import { byteTokenizer, type Tokenizer } from 'perceiver-tokenizers';
import { decodeIds } from './decode-ids.js';
import { encodeText } from './encode-text.js';
import { SPECIAL_TOKENS } from './special-tokens.js';

/** How the text of a masked language model becomes ids and back: bytes, or the tokens of a vocabulary. */
export interface TextCodec {
  /** What an id stands for, in messages. */
  readonly unit: 'byte' | 'token';
  readonly mask: number;
  readonly padding: number;
  /** Ids of a text, as `[CLS] x [SEP]`; `[MASK]` in it becomes `mask`. */
  encode(text: string): number[];
  /** Text of ids, special tokens by their names. */
  decode(ids: readonly number[]): string;
}

/** Bytes behind six special tokens. */
export const byteCodec: TextCodec = {
  unit: 'byte',
  mask: SPECIAL_TOKENS['[MASK]'],
  padding: SPECIAL_TOKENS['[PAD]'],
  encode: (text) => encodeText(text),
  decode: (ids) => decodeIds(ids),
};

/** Tokens of a vocabulary. Throws RangeError for one without `[MASK]`. */
export function tokenCodec(tokenizer: Tokenizer): TextCodec {
  if (tokenizer === byteTokenizer) return byteCodec;
  const { mask, padding = 0 } = tokenizer.special;
  if (mask === undefined) throw new RangeError('fillMask: expected a tokenizer with a [MASK], got one without');
  return {
    unit: 'token',
    mask,
    padding,
    encode: (text) => [...tokenizer.encode(text).ids],
    decode: (ids) => tokenizer.decode(ids, { skipSpecialTokens: false }),
  };
}
