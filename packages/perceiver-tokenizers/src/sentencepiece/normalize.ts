import { SPACE } from '../unigram/unigram-model.js';
import type { CharacterMap } from './character-map.js';
import type { SentencePieceModel } from './read-model.js';

export interface NormalizeOptions
  extends Pick<SentencePieceModel, 'addDummyPrefix' | 'removeExtraSpaces' | 'escapeSpaces' | 'spaceBehind'> {
  readonly map: CharacterMap;
  /** Texts that are left as they are, wherever they stand. */
  readonly untouched?: readonly string[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Normalises text as SentencePiece does: characters by rules, spaces collapsed, marked and put before the first word. */
export function normalize(text: string, options: NormalizeOptions): string {
  const { addDummyPrefix, removeExtraSpaces, escapeSpaces, spaceBehind } = options;
  let mapped = applyCharacterMap(text, options);
  if (removeExtraSpaces) mapped = mapped.replace(/ +/gu, ' ').replace(/^ | $/gu, '');
  if (mapped === '') return '';
  if (addDummyPrefix && !spaceBehind) mapped = ` ${mapped}`;
  if (escapeSpaces) mapped = mapped.replaceAll(' ', SPACE);
  const space = escapeSpaces ? SPACE : ' ';
  // Marks that the text itself has are stripped at its end too, and only there.
  while (removeExtraSpaces && mapped.endsWith(space)) mapped = mapped.slice(0, -1);
  return addDummyPrefix && spaceBehind ? mapped + space : mapped;
}

/** Replaces characters by rules, and nothing else. */
export function applyCharacterMap(
  text: string,
  { map, untouched = [] }: Pick<NormalizeOptions, 'map' | 'untouched'>,
): string {
  const bytes = encoder.encode(text);
  const kept = untouched.map((one) => encoder.encode(one)).sort((a, b) => b.length - a.length);
  const out: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const asIs = kept.find((one) => one.every((byte, i) => bytes[at + i] === byte));
    const rule = asIs === undefined ? map(bytes, at) : { text: asIs, length: asIs.length };
    const length = rule?.length ?? characterLength(bytes[at]!);
    const piece = rule?.text ?? bytes.subarray(at, at + length);
    for (const byte of piece) out.push(byte);
    at += length;
  }
  return decoder.decode(Uint8Array.from(out));
}

/** Bytes of a character of UTF-8 by its first. */
function characterLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
