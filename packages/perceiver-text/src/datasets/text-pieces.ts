import type { TextFile, TextFormat } from './find-text-files.js';
import { jsonLinePieces } from './json-line-pieces.js';
import { parquetPieces } from './parquet-pieces.js';
import { plainTextPieces } from './plain-text-pieces.js';

/** Where a piece of text begins within its file. */
export interface PiecePosition {
  /** Byte of a text or JSON lines file, row of a parquet file, from 0. */
  readonly position: number;
  /** Lines before it in a JSON lines file. */
  readonly line: number;
}

/** A document, or a part of one when the file is plain text. */
export interface TextPiece {
  /** UTF-8 as it stands in the file; a plain text file may hold any bytes. */
  readonly bytes: Uint8Array;
  readonly endOfDocument: boolean;
  readonly start: PiecePosition;
}

export interface TextPieceOptions {
  /** Field of a JSON line or column of a parquet file that holds the text; `text` by default. */
  readonly field?: string;
}

/** Start of any file. */
export const FILE_START: PiecePosition = { position: 0, line: 0 };

type PieceReader = (path: string, from: PiecePosition, field: string) => AsyncGenerator<TextPiece>;

const READERS: Readonly<Record<TextFormat, PieceReader>> = {
  text: plainTextPieces,
  jsonl: jsonLinePieces,
  parquet: parquetPieces,
};

/** Reads a file piece by piece, without ever holding all of it, from a position that an earlier piece had. */
export function textPieces(
  file: TextFile,
  from: PiecePosition = FILE_START,
  { field = 'text' }: TextPieceOptions = {},
): AsyncGenerator<TextPiece> {
  return READERS[file.format](file.path, from, field);
}
