import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileLineBlocks } from '../datasets/file-lines.js';
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
  const blocks = tsvBlocks(path, maxBytes);
  const start = await firstLine(blocks);
  if (start === undefined) throw new TextDataError('expected a header line and rows, got an empty file', path);
  const { first, rest } = start;
  const isHeader = headerless === undefined || isHeaderLine(first, headerless);
  const columns = isHeader ? first.values.map((name) => name.trim()) : headerless;
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  if (twice !== undefined) {
    await blocks.return(undefined);
    throw new TextDataError(`expected columns of different names, got ${twice} twice`, path, 1);
  }
  let ragged = 0;
  function* whole(lines: Iterable<TsvLine>): Generator<GlueRow> {
    for (const row of lines) {
      const { line, values } = row;
      if (values.length === columns.length) yield row;
      else if (++ragged > raggedRows) {
        const names = columns.join(', ');
        throw new TextDataError(`expected ${columns.length} values (${names}), got ${values.length}`, path, line);
      }
    }
  }
  async function* rows(): AsyncGenerator<Iterable<GlueRow>> {
    if (!isHeader) yield whole([first]);
    yield whole(rest);
    for await (const block of blocks) yield whole(block);
  }
  const close = async () => void (await blocks.return(undefined));
  return { file: path, columns, rows: rows(), close };
}

/** The first line that is not blank, and the others of its block. */
async function firstLine(blocks: AsyncGenerator<Iterable<TsvLine>>) {
  for (let block = await blocks.next(); !block.done; block = await blocks.next()) {
    const lines = block.value[Symbol.iterator]();
    const first = lines.next();
    if (!first.done) return { first: first.value, rest: { [Symbol.iterator]: () => lines } };
  }
  return undefined;
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

/** Lines, block by block; each is parsed as it is taken. */
async function* tsvBlocks(path: string, maxBytes: number): AsyncGenerator<Iterable<TsvLine>> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 0;
  // Blank lines are left out only where nothing follows.
  let blankFrom: number | undefined;
  const decode = (content: Buffer): string => {
    if (content.includes(0)) {
      throw new TextDataError('expected UTF-8 text, got a NUL byte; is the file UTF-16, or binary?', path, line);
    }
    try {
      const text = decoder.decode(content);
      return line === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    } catch (cause) {
      throw new TextDataError('expected UTF-8 text, got bytes that are none', path, line, { cause });
    }
  };
  function* parse(block: readonly Buffer[]): Generator<TsvLine> {
    for (const bytes of block) {
      line++;
      const text = decode(withoutLineEnd(bytes));
      if (text === '') blankFrom ??= line;
      else if (blankFrom !== undefined) throw new TextDataError('expected a row, got a blank line', path, blankFrom);
      else yield { line, values: text.split('\t') };
    }
  }
  for await (const block of fileLineBlocks(path, { longest: LONGEST_LINE, source: openBytes(path, maxBytes) })) {
    yield parse(block);
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
