import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { ImageDataError } from './image-data-error.js';

/** A parquet file whose parts are read when they are wanted. */
export interface ParquetFile {
  readonly metadata: FileMetaData;
  /** First rows of its row groups. */
  readonly groupStarts: readonly number[];
  readonly rows: number;
  /**
   * The values of a column in a range of rows.
   *
   * @throws ImageDataError
   */
  column(name: string, rowStart: number, rowEnd: number): Promise<unknown[]>;
}

/**
 * Opens a parquet file.
 *
 * @throws ImageDataError for what is no parquet file, or promises more rows than it has bytes
 */
export async function openParquet(path: string): Promise<ParquetFile> {
  // Loaded where it is needed only: worker threads start sooner without it.
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const broken = (cause: unknown): never => {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new ImageDataError(`${path}: expected a readable parquet file, got ${got}`, { cause });
  };
  let file: AsyncBuffer;
  let metadata: FileMetaData;
  try {
    file = await asyncBufferFromFile(path);
    metadata = await parquetMetadataAsync(file);
  } catch (error) {
    return broken(error);
  }
  const counts = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
  const rows = counts.reduce((sum, count) => sum + count, 0);
  // A picture has more than a byte; a count beyond that would be believed when room is made for it.
  if (!(rows <= file.byteLength && counts.every((count) => Number.isInteger(count) && count >= 0))) {
    throw new ImageDataError(`${path}: expected at most a row a byte, got row groups of ${counts.slice(0, 5)} rows`);
  }
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data } of columns) checkColumn(path, file.byteLength, meta_data);
  }
  let start = 0;
  const groupStarts = counts.map((count) => {
    start += count;
    return start - count;
  });
  return {
    metadata,
    groupStarts,
    rows,
    async column(name, rowStart, rowEnd) {
      try {
        const options = { file, metadata, compressors, columns: [name], rowStart, rowEnd, utf8: false };
        const found = await parquetReadObjects(options);
        if (found.length !== rowEnd - rowStart) throw new Error(`${found.length} rows of ${rowEnd - rowStart}`);
        return found.map((row) => row[name]);
      } catch (error) {
        return broken(error);
      }
    },
  };
}

/** Pictures hardly shrink: a column that claims to be far larger than the file is not made room for. */
const MOST_GROWTH = 1000;

function checkColumn(
  path: string,
  fileBytes: number,
  column: { total_compressed_size: bigint; total_uncompressed_size: bigint; num_values: bigint } | undefined,
): void {
  const sizes = [column?.total_compressed_size, column?.total_uncompressed_size, column?.num_values].map(Number);
  const [compressed, uncompressed, values] = sizes as [number, number, number];
  if (!(compressed >= 0 && compressed <= fileBytes && uncompressed <= MOST_GROWTH * fileBytes && values <= fileBytes)) {
    throw new ImageDataError(
      `${path}: expected columns within its ${fileBytes} bytes, got one of ${compressed} bytes, ${uncompressed} unpacked, ${values} values`,
    );
  }
}
