import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { TextDataError } from './text-data-error.js';
import type { PiecePosition, TextPiece } from './text-pieces.js';

const encoder = new TextEncoder();

/** Each row of a parquet file is a document, in column `field`; one row group is in memory at a time. Nulls are skipped. */
export async function* parquetPieces(path: string, from: PiecePosition, field: string): AsyncGenerator<TextPiece> {
  const broken = (cause: unknown): never => {
    throw new TextDataError(`expected a readable parquet file, got ${messageOf(cause)}`, path, undefined, { cause });
  };
  const file = await asyncBufferFromFile(path).catch(broken);
  const metadata = await parquetMetadataAsync(file).catch(broken);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  if (!columns.includes(field)) {
    throw new TextDataError(`expected a column "${field}", got columns ${columns.join(', ')}`, path);
  }
  let groupStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const groupEnd = groupStart + Number(num_rows);
    const rowStart = Math.max(groupStart, from.position);
    groupStart = groupEnd;
    if (rowStart >= groupEnd) continue;
    const rows = await parquetReadObjects({
      file,
      metadata,
      compressors,
      columns: [field],
      rowStart,
      rowEnd: groupEnd,
    }).catch(broken);
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

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
