import { openParquet } from '../datasets/open-parquet.js';
import type { GlueRow, GlueTable } from './glue-table.js';

/**
 * Opens a table of a parquet file; one group of rows is in memory at a time.
 *
 * @throws TextDataError
 */
export async function parquetTable(path: string): Promise<GlueTable> {
  const { columns, rowGroups, readRows } = await openParquet(path);
  async function* rows(): AsyncGenerator<readonly GlueRow[]> {
    for (const { start, end } of rowGroups) {
      const group = await readRows(columns, start, end);
      yield group.map((row, index) => ({ line: start + index + 1, values: columns.map((name) => row[name]) }));
    }
  }
  return { file: path, columns, rows: rows(), close: async () => {} };
}
