import { SPACE } from '../unigram/unigram-model.js';
import { PIECE, type SentencePieceModel } from './read-model.js';

/** What SentencePiece writes for unknown text. */
const UNKNOWN_TEXT = ' \u2047 ';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text of pieces as SentencePiece writes it; pieces of bytes join to characters. */
export function textOfPieces(
  ids: readonly number[],
  { pieces, addDummyPrefix, removeExtraSpaces, spaceBehind }: SentencePieceModel,
): string {
  const bytes: number[] = [];
  let isStart = true;
  for (const id of ids) {
    const { piece, type } = pieces[id]!;
    if (type === PIECE.control) continue;
    if (type === PIECE.byte) bytes.push(Number(piece.slice(1, -1)));
    else {
      // The space before the first word was put there by the encoder; extra ones it would have taken away.
      const stripped = isStart && !spaceBehind && (addDummyPrefix || removeExtraSpaces) && piece.startsWith(SPACE);
      const shown = type === PIECE.unknown ? UNKNOWN_TEXT : (stripped ? piece.slice(1) : piece).replaceAll(SPACE, ' ');
      bytes.push(...encoder.encode(shown));
    }
    isStart = removeExtraSpaces && bytes.length === 0;
  }
  const text = decoder.decode(Uint8Array.from(bytes));
  return spaceBehind && addDummyPrefix ? text.replace(/ $/u, '') : text;
}
