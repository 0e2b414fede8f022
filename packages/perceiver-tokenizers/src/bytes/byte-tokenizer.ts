import { subwordTokenizer } from '../subword-tokenizer.js';
import type { Tokenizer } from '../tokenizer.js';
import { byteName } from './byte-name.js';
import { BYTE_OFFSET, SPECIAL_TOKEN_NAMES, SPECIAL_TOKENS } from './special-tokens.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** ASCII white space, which stands between words. */
const isSpace = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13);

/** The tokenizer of Perceiver IO: a token a byte of UTF-8, behind six special ones. Every byte but white space continues a word. */
export const byteTokenizer: Tokenizer = subwordTokenizer({
  tokens: [...SPECIAL_TOKEN_NAMES, ...Array.from({ length: 256 }, (_, byte) => byteName(byte))],
  special: {
    padding: SPECIAL_TOKENS['[PAD]'],
    unknown: undefined,
    classification: SPECIAL_TOKENS['[CLS]'],
    separator: SPECIAL_TOKENS['[SEP]'],
    mask: SPECIAL_TOKENS['[MASK]'],
  },
  names: new Map(Object.entries(SPECIAL_TOKENS)),
  ids: (text) => Array.from(encoder.encode(text), (byte) => byte + BYTE_OFFSET),
  text: (ids) => decoder.decode(Uint8Array.from(ids, (id) => id - BYTE_OFFSET)),
  continuesWord: (token) => !isSpace(Number.parseInt(token.slice(3, -1), 16)),
});
