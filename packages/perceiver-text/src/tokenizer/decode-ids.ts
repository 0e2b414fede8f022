import { BYTE_OFFSET, SPECIAL_TOKEN_NAMES, VOCABULARY_SIZE } from './special-tokens.js';

export interface DecodeOptions {
  /** Leaves special tokens out, so that the bytes around them join; false by default. */
  readonly skipSpecialTokens?: boolean;
}

const encoder = new TextEncoder();
const SPECIAL_BYTES = SPECIAL_TOKEN_NAMES.map((name) => encoder.encode(name));
// A leading U+FEFF is part of the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of ids; special tokens give the bytes of their names. Throws a RangeError for an id outside 0..261. */
export function idsToBytes(ids: ArrayLike<number>, { skipSpecialTokens = false }: DecodeOptions = {}): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (!Number.isInteger(id) || id < 0 || id >= VOCABULARY_SIZE) {
      throw new RangeError(`decodeIds: expected ids from 0 to ${VOCABULARY_SIZE - 1}, got ${id} at ${i}`);
    }
    if (id >= BYTE_OFFSET) bytes.push(id - BYTE_OFFSET);
    else if (!skipSpecialTokens) bytes.push(...SPECIAL_BYTES[id]!);
  }
  return Uint8Array.from(bytes);
}

/** Text of ids; bytes that are not UTF-8 become U+FFFD. */
export function decodeIds(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
  return decoder.decode(idsToBytes(ids, options));
}
