/** A table of a file that is read bit by bit. */
export interface GlueTable {
  readonly file: string;
  readonly columns: readonly string[];
  /** Rows, as many at once as are read at once; a block must be gone through before the next. */
  readonly rows: AsyncIterable<Iterable<GlueRow>>;
  /** Lets go of the file; rows that were not read are not to be had any more. */
  close(): Promise<void>;
}

export interface GlueRow {
  /** Line of a tab-separated file or row of a parquet file, from 1. */
  readonly line: number;
  /** As many as there are columns; text, except in parquet files. */
  readonly values: readonly unknown[];
}
