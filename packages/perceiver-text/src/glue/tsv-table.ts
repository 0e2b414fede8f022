import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileLines } from '../datasets/file-lines.js';
import { TextDataError } from '../datasets/text-data-error.js';
import type { GlueRow, GlueTable } from './glue-table.js';

export interface TsvTableOptions {
  /** Columns of files without a header line, if a file may lack one. A first line that has these names, or `headerWord`, is a header. */
  readonly headerless?: readonly string[];
  /** Rows of another number of columns that are left out silently; one more is an error. 0 by default. */
  readonly raggedRows?: number;
  /** More bytes than this, decompressed, are an error; 1 GiB by default, thirteen times the largest of GLUE. */
  readonly maxBytes?: number;
}

/** Longest line in bytes; the longest of GLUE has a few kB. */
const LONGEST_LINE = 1 << 24;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Opens a table of lines whose values are separated by tabs. Nothing is quoted: quotation marks are text. A byte order mark, CRLF line
 * ends and blank lines at the end are taken as what they are; files that end in `.gz` are decompressed as they are read.
 *
 * @throws TextDataError, with file and line: no row at all, another number of columns, broken UTF-8, NUL bytes, lines above 16 MiB,
 * more than `maxBytes`
 */
export async function tsvTable(path: string, options: TsvTableOptions = {}): Promise<GlueTable> {
  const { headerless, raggedRows = 0, maxBytes = 2 ** 30 } = options;
  const lines = tsvLines(path, maxBytes);
  const first = await lines.next();
  if (first.done) throw new TextDataError('expected a header line and rows, got an empty file', path);
  const isHeader = headerless === undefined || isHeaderLine(first.value, headerless);
  const columns = isHeader ? first.value.values.map((name) => name.trim()) : headerless;
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  if (twice !== undefined) {
    await lines.return(undefined);
    throw new TextDataError(`expected columns of different names, got ${twice} twice`, path, 1);
  }
  async function* rows(): AsyncGenerator<GlueRow> {
    let ragged = 0;
    try {
      if (!isHeader) yield checked(first.value as TsvLine, columns, path);
      for await (const row of lines) {
        if (row.values.length !== columns.length && ++ragged <= raggedRows) continue;
        yield checked(row, columns, path);
      }
    } finally {
      await lines.return(undefined);
    }
  }
  return { file: path, columns, rows: rows() };
}

interface TsvLine {
  readonly line: number;
  readonly values: readonly string[];
}

/** Whether the first line names one of the columns that matter: where no header is, names of columns are unlikely values. */
function isHeaderLine({ values }: TsvLine, headerless: readonly string[]): boolean {
  const known = new Set([...headerless, 'index', 'idx', 'id']);
  return values.filter((value) => known.has(value.trim().toLowerCase())).length >= 2;
}

function checked(row: TsvLine, columns: readonly string[], path: string): TsvLine {
  const count = row.values.length;
  if (count === columns.length) return row;
  const names = columns.join(', ');
  throw new TextDataError(`expected ${columns.length} values (${names}), got ${count}`, path, row.line);
}

async function* tsvLines(path: string, maxBytes: number): AsyncGenerator<TsvLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 0;
  // Blank lines are left out only where nothing follows.
  let blankFrom: number | undefined;
  for await (const bytes of fileLines(path, { longest: LONGEST_LINE, source: openBytes(path, maxBytes) })) {
    line++;
    const content = withoutLineEnd(bytes);
    if (content.includes(0)) {
      throw new TextDataError('expected UTF-8 text, got a NUL byte; is the file UTF-16, or binary?', path, line);
    }
    let text: string;
    try {
      text = decoder.decode(content);
    } catch (cause) {
      throw new TextDataError('expected UTF-8 text, got bytes that are none', path, line, { cause });
    }
    if (line === 1 && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    if (text === '') {
      blankFrom ??= line;
      continue;
    }
    if (blankFrom !== undefined) throw new TextDataError('expected a row, got a blank line', path, blankFrom);
    yield { line, values: text.split('\t') };
  }
}

function withoutLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  if (bytes[end - 1] === LINE_FEED) end--;
  if (bytes[end - 1] === CARRIAGE_RETURN) end--;
  return bytes.subarray(0, end);
}

async function* openBytes(path: string, maxBytes: number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  const isCompressed = path.toLowerCase().endsWith('.gz');
  const stream = isCompressed ? pipeline(file, createGunzip(), () => {}) : file;
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) break;
      yield chunk;
    }
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new TextDataError(`expected a readable ${isCompressed ? 'gzip file' : 'file'}, got ${got}`, path, undefined, {
      cause,
    });
  }
  // A small compressed file may hold any number of bytes.
  if (size > maxBytes) throw new TextDataError(`expected at most ${maxBytes} bytes of text, got more`, path);
}
