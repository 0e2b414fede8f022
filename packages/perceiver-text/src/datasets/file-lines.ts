import { createReadStream } from 'node:fs';
import { TextDataError } from './text-data-error.js';

const NEWLINE = 0x0a;

export interface FileLinesOptions {
  /** Byte that the first line begins at; 0 by default. */
  readonly position?: number;
  /** Lines before it, for messages; 0 by default. */
  readonly line?: number;
  /** A longer line is an error, in bytes. */
  readonly longest: number;
  /** What to read; the file itself by default. */
  readonly source?: AsyncIterable<Buffer>;
}

/**
 * Lines of a file with their line feed, which the last may lack. Only a line feed ends a line: never a form feed, a carriage return
 * alone, or a line separator of Unicode, which stand within texts.
 *
 * @throws TextDataError for a line of more than `longest` bytes
 */
export async function* fileLines(path: string, options: FileLinesOptions): AsyncGenerator<Buffer> {
  for await (const lines of fileLineBlocks(path, options)) yield* lines;
}

/** The same, as many at once as were read at once. */
export async function* fileLineBlocks(
  path: string,
  { position = 0, line = 0, longest, source }: FileLinesOptions,
): AsyncGenerator<Buffer[]> {
  let parts: Buffer[] = [];
  let length = 0;
  const bytes =
    source ?? (createReadStream(path, { start: position, highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>);
  for await (const chunk of bytes) {
    const lines: Buffer[] = [];
    let from = 0;
    let end = chunk.indexOf(NEWLINE);
    for (; end >= 0 && length + end + 1 - from <= longest; end = chunk.indexOf(NEWLINE, from)) {
      const part = chunk.subarray(from, end + 1);
      lines.push(parts.length === 0 ? part : Buffer.concat([...parts, part]));
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (lines.length > 0) yield lines;
    line += lines.length;
    length += (end >= 0 ? end + 1 : chunk.length) - from;
    if (length > longest) {
      throw new TextDataError(`expected lines of at most ${longest} bytes, got a longer one`, path, line + 1);
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
  if (length > 0) yield [Buffer.concat(parts)];
}
