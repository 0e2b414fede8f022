import { openParquet } from './open-parquet.js';
import { TextDataError } from './text-data-error.js';
import type { PiecePosition, TextPiece } from './text-pieces.js';

const encoder = new TextEncoder();

/** Each row of a parquet file is a document, in column `field`; one row group is in memory at a time. Nulls are skipped. */
export async function* parquetPieces(path: string, from: PiecePosition, field: string): AsyncGenerator<TextPiece> {
  const { columns, rowGroups, readRows } = await openParquet(path);
  if (!columns.includes(field)) {
    throw new TextDataError(`expected a column "${field}", got columns ${columns.join(', ')}`, path);
  }
  for (const { start, end } of rowGroups) {
    const rowStart = Math.max(start, from.position);
    if (rowStart >= end) continue;
    const rows = await readRows([field], rowStart, end);
    for (const [index, row] of rows.entries()) {
      const text: unknown = row[field];
      if (text === null || text === undefined) continue;
      const position = rowStart + index;
      if (typeof text !== 'string') {
        throw new TextDataError(`expected text in column "${field}", got ${typeof text}`, path, position + 1);
      }
      yield { bytes: encoder.encode(text), endOfDocument: true, start: { position, line: 0 } };
    }
  }
}
