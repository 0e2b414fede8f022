import { TokenizerError } from '../errors.js';

/** What the characters at a place become, and how many bytes of UTF-8 they were. */
export interface Mapped {
  readonly text: Uint8Array;
  readonly length: number;
}

/** Rules of normalisation, compiled: the longest that begins at a byte of a text, or undefined for none. */
export type CharacterMap = (text: Uint8Array, at: number) => Mapped | undefined;

const UNIT_BYTES = 4;

/**
 * Opens SentencePiece's `precompiled_charsmap`: the size of a double-array trie (uint32), the trie, and the texts that its values point
 * into, each ended by a zero byte.
 */
export function characterMap(file: string, bytes: Uint8Array): CharacterMap {
  if (bytes.length === 0) return () => undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length < UNIT_BYTES ? -1 : view.getUint32(0, true);
  if (size < UNIT_BYTES || size % UNIT_BYTES !== 0 || UNIT_BYTES + size > bytes.length) {
    throw new TokenizerError(
      file,
      `precompiled_charsmap: expected a trie of 4 to ${bytes.length - UNIT_BYTES} bytes, got ${size}`,
    );
  }
  const units = new Uint32Array(size / UNIT_BYTES);
  for (let i = 0; i < units.length; i++) units[i] = view.getUint32(UNIT_BYTES * (i + 1), true);
  const texts = bytes.subarray(UNIT_BYTES + size);
  return (text, at) => {
    let found: Mapped | undefined;
    let node = offsetOf(units[0]!);
    for (let i = at; i < text.length; i++) {
      node ^= text[i]!;
      const unit = units[node];
      if (unit === undefined || labelOf(unit) !== text[i]) break;
      node ^= offsetOf(unit);
      if (!hasValue(unit)) continue;
      const start = valueIn(units[node] ?? 0);
      const end = texts.indexOf(0, start);
      if (end >= 0) found = { text: texts.subarray(start, end), length: i + 1 - at };
    }
    return found;
  };
}

// Bits of a unit of the double array, as darts-clone packs them.
const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
const hasValue = (unit: number): boolean => (unit & 0x100) !== 0;
const valueIn = (unit: number): number => unit & 0x7fffffff;
/** The byte of a unit; a number above 255 for one that holds a value. */
const labelOf = (unit: number): number => (unit & 0x800000ff) >>> 0;
