import { createReadStream } from 'node:fs';
import { TextDataError } from './text-data-error.js';
import type { PiecePosition, TextPiece } from './text-pieces.js';

const LONGEST_LINE = 256 * 2 ** 20;
const NEWLINE = 0x0a;
const encoder = new TextEncoder();

/** Each line of a JSON lines file is an object whose `field` is a document; blank lines are skipped. */
export async function* jsonLinePieces(path: string, from: PiecePosition, field: string): AsyncGenerator<TextPiece> {
  let { position, line } = from;
  for await (const bytes of lines(path, position, line)) {
    const text = parseLine(bytes, field, path, line + 1);
    if (text !== undefined) yield { bytes: encoder.encode(text), endOfDocument: true, start: { position, line } };
    position += bytes.length;
    line++;
  }
}

/** Lines with their newline. */
async function* lines(path: string, position: number, line: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path, {
    start: position,
    highWaterMark: 1 << 18,
  }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end + 1)]);
      line++;
      parts = [];
      length = 0;
      from = end + 1;
    }
    length += chunk.length - from;
    if (length > LONGEST_LINE) {
      throw new TextDataError(`expected lines of at most ${LONGEST_LINE} bytes, got a longer one`, path, line + 1);
    }
    parts.push(chunk.subarray(from));
  }
  if (length > 0) yield Buffer.concat(parts);
}

function parseLine(bytes: Buffer, field: string, path: string, line: number): string | undefined {
  const source = bytes.toString('utf8').trim();
  if (source === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (cause) {
    throw new TextDataError(`expected a JSON object a line, got ${excerpt(source)}`, path, line, { cause });
  }
  const text = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
  if (typeof text === 'string') return text;
  const got =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? `fields ${Object.keys(value).join(', ') || '(none)'}`
      : excerpt(source);
  throw new TextDataError(`expected an object with a string in field "${field}", got ${got}`, path, line);
}

function excerpt(source: string): string {
  return source.length > 60 ? `${source.slice(0, 60)}...` : source;
}
