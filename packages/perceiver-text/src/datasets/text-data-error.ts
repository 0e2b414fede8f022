/** Training data that cannot be read; the message names the file and, where there is one, the line or row (from 1). */
export class TextDataError extends Error {
  override readonly name = 'TextDataError';

  constructor(
    /** What is wrong, expected and got. */
    readonly problem: string,
    readonly file: string,
    /** Line of a text or JSON lines file or row of a parquet file, from 1. */
    readonly line?: number,
    options?: ErrorOptions,
  ) {
    super(`${file}${line === undefined ? '' : `:${line}`}: ${problem}`, options);
  }
}
