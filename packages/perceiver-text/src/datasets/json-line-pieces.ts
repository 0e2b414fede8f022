import { fileLines } from './file-lines.js';
import { TextDataError } from './text-data-error.js';
import type { PiecePosition, TextPiece } from './text-pieces.js';

const LONGEST_LINE = 256 * 2 ** 20;
const encoder = new TextEncoder();

/** Each line of a JSON lines file is an object whose `field` is a document; blank lines are skipped. */
export async function* jsonLinePieces(path: string, from: PiecePosition, field: string): AsyncGenerator<TextPiece> {
  let { position, line } = from;
  for await (const bytes of fileLines(path, { position, line, longest: LONGEST_LINE })) {
    const text = parseLine(bytes, field, path, line + 1);
    if (text !== undefined) yield { bytes: encoder.encode(text), endOfDocument: true, start: { position, line } };
    position += bytes.length;
    line++;
  }
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
