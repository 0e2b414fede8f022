import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { TextDataError } from './text-data-error.js';

/** An opened parquet file. */
export interface ParquetFile {
  readonly columns: readonly string[];
  /** Rows `start` to `end` (exclusive) of each group, from 0: what is worth reading at once. */
  readonly rowGroups: readonly { readonly start: number; readonly end: number }[];
  /** Values of rows `start` to `end` (exclusive). */
  readRows(columns: readonly string[], start: number, end: number): Promise<Record<string, unknown>[]>;
}

/**
 * Opens a parquet file, compressed in any of the usual ways.
 *
 * @throws TextDataError for a file that is none
 */
export async function openParquet(path: string): Promise<ParquetFile> {
  const broken = (cause: unknown): never => {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new TextDataError(`expected a readable parquet file, got ${got}`, path, undefined, { cause });
  };
  const file = await asyncBufferFromFile(path).catch(broken);
  const metadata = await parquetMetadataAsync(file).catch(broken);
  let end = 0;
  return {
    columns: parquetSchema(metadata).children.map(({ element }) => element.name),
    rowGroups: metadata.row_groups.map(({ num_rows }) => {
      const start = end;
      end += Number(num_rows);
      return { start, end };
    }),
    readRows: (columns, rowStart, rowEnd) =>
      parquetReadObjects({ file, metadata, compressors, columns: [...columns], rowStart, rowEnd }).catch(broken),
  };
}
