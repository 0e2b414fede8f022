import { BYTE_OFFSET, SPECIAL_TOKENS } from './special-tokens.js';

export interface EncodeOptions {
  /** Puts `[CLS]` before and `[SEP]` behind; true by default. */
  readonly addSpecialTokens?: boolean;
  /** Cuts the text, even within a character, so that the result has at most this many ids, special tokens included. */
  readonly maxLength?: number;
}

export interface EncodePairOptions extends EncodeOptions {
  /** Which text is cut; `longest_first` by default takes from the end of the longer one, of the second when equal. */
  readonly truncation?: 'longest_first' | 'only_first' | 'only_second';
}

const SPECIAL_NAME = /\[(?:PAD|BOS|EOS|MASK|CLS|SEP)\]/g;
const encoder = new TextEncoder();

/** Ids of a text without special tokens around it. Names such as `[MASK]` in a string become their ids; raw bytes do not. */
export function textToIds(text: string | Uint8Array): number[] {
  if (typeof text !== 'string') return Array.from(text, (byte) => byte + BYTE_OFFSET);
  const ids: number[] = [];
  const pushBytes = (part: string) => {
    for (const byte of encoder.encode(part)) ids.push(byte + BYTE_OFFSET);
  };
  let from = 0;
  for (const match of text.matchAll(SPECIAL_NAME)) {
    pushBytes(text.slice(from, match.index));
    ids.push(SPECIAL_TOKENS[match[0] as keyof typeof SPECIAL_TOKENS]);
    from = match.index + match[0].length;
  }
  pushBytes(text.slice(from));
  return ids;
}

function room(maxLength: number | undefined, special: number): number {
  if (maxLength === undefined) return Number.POSITIVE_INFINITY;
  if (!Number.isInteger(maxLength) || maxLength < special) {
    throw new RangeError(`encode: expected an integer maxLength of at least ${special}, got ${maxLength}`);
  }
  return maxLength - special;
}

/**
 * Ids of a text: its UTF-8 bytes plus 6, as `[CLS] x [SEP]`.
 *
 * @param text a string, in which the six special tokens' names become their ids, or raw bytes, valid UTF-8 or not
 */
export function encodeText(text: string | Uint8Array, options: EncodeOptions = {}): number[] {
  const { addSpecialTokens = true, maxLength } = options;
  const ids = textToIds(text).slice(0, room(maxLength, addSpecialTokens ? 2 : 0));
  return addSpecialTokens ? [SPECIAL_TOKENS['[CLS]'], ...ids, SPECIAL_TOKENS['[SEP]']] : ids;
}

/** Ids of two texts: `[CLS] first [SEP] second [SEP]`. */
export function encodePair(
  first: string | Uint8Array,
  second: string | Uint8Array,
  options: EncodePairOptions = {},
): number[] {
  const [a, b] = cutPair(first, second, options);
  const { '[CLS]': cls, '[SEP]': sep } = SPECIAL_TOKENS;
  return (options.addSpecialTokens ?? true) ? [cls, ...a, sep, ...b, sep] : [...a, ...b];
}

/** Ids of both texts, cut to fit, without special tokens around them. */
export function cutPair(
  first: string | Uint8Array,
  second: string | Uint8Array,
  { addSpecialTokens = true, maxLength, truncation = 'longest_first' }: EncodePairOptions,
): [number[], number[]] {
  const a = textToIds(first);
  const b = textToIds(second);
  let excess = Math.max(0, a.length + b.length - room(maxLength, addSpecialTokens ? 3 : 0));
  if (truncation === 'longest_first') {
    for (; excess > 0; excess--) (a.length > b.length ? a : b).pop();
  } else {
    const cut = truncation === 'only_first' ? a : b;
    if (cut.length < excess) {
      throw new RangeError(`encodePair: expected ${truncation} to free ${excess} ids, got a text of ${cut.length}`);
    }
    cut.length -= excess;
  }
  return [a, b];
}
