/** A table of a file, read row by row. */
export interface GlueTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<GlueRow>;
}

export interface GlueRow {
  /** Line of a tab-separated file or row of a parquet file, from 1. */
  readonly line: number;
  /** As many as there are columns; text, except in parquet files. */
  readonly values: readonly unknown[];
}
