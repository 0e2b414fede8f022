import { open } from 'node:fs/promises';
import type { PiecePosition, TextPiece } from './text-pieces.js';

const PIECE_BYTES = 1 << 16;

/** A plain text file is one document, read in pieces of 64 KiB. */
export async function* plainTextPieces(path: string, { position }: PiecePosition): AsyncGenerator<TextPiece> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    for (let at = position; at < size; at += PIECE_BYTES) {
      const bytes = new Uint8Array(Math.min(PIECE_BYTES, size - at));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
      const endOfDocument = at + PIECE_BYTES >= size || bytesRead < bytes.length;
      yield { bytes: bytes.subarray(0, bytesRead), endOfDocument, start: { position: at, line: 0 } };
      if (endOfDocument) return;
    }
  } finally {
    await handle.close();
  }
}
