import { openParquet } from '../datasets/open-parquet.js';
import type { GlueRow, GlueTable } from './glue-table.js';

/**
 * Opens a table of a parquet file; one group of rows is in memory at a time.
 *
 * @throws TextDataError
 */
export async function parquetTable(path: string): Promise<GlueTable> {
  const { columns, rowGroups, readRows } = await openParquet(path);
  async function* rows(): AsyncGenerator<GlueRow> {
    for (const { start, end } of rowGroups) {
      for (const [index, row] of (await readRows(columns, start, end)).entries()) {
        yield { line: start + index + 1, values: columns.map((name) => row[name]) };
      }
    }
  }
  return { file: path, columns, rows: rows() };
}
