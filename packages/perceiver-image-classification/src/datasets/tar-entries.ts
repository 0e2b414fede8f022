import type { FileHandle } from 'node:fs/promises';
import { ImageDataError } from './image-data-error.js';

/** A file within a tar archive. */
export interface TarEntry {
  readonly name: string;
  /** Where its content begins in the archive, in bytes. */
  readonly offset: number;
  readonly size: number;
}

const BLOCK = 512;
/** Longest name or list of attributes that is read. */
const LONGEST_NAME = 2 ** 16;
/** Regular files; the second is that of old archives. */
const FILE_TYPES = new Set(['0', '\0', '7']);
/** pax attributes of the next file and of all that follow, and GNU's long names. */
const [ATTRIBUTES, GLOBAL_ATTRIBUTES, LONG_NAME] = ['x', 'g', 'L'];

/**
 * The files of an archive (ustar, pax or GNU), found from header to header without reading what they contain
 * (docs/decisions/2026-11-25-image-datasets.md).
 *
 * @param name of the archive, for messages
 * @throws ImageDataError that names archive and byte
 */
export async function* tarEntries(file: FileHandle, name: string): AsyncGenerator<TarEntry> {
  const { size: end } = await file.stat();
  const read = async (at: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    if (bytesRead < length) throw wrong(name, at, `${length} bytes`, `the end of the file after ${bytesRead}`);
    return buffer;
  };
  let at = 0;
  let longName: string | undefined;
  let longSize: number | undefined;
  while (at < end) {
    const header = await read(at, BLOCK);
    // Two blocks of zeros end an archive; what follows them is padding.
    if (header.every((byte) => byte === 0)) return;
    checkSum(header, name, at);
    const type = String.fromCharCode(header[156]!);
    const size = longSize ?? numberOf(header.subarray(124, 136), name, at + 124);
    const offset = at + BLOCK;
    if (!(Number.isSafeInteger(size) && size >= 0 && offset + size <= end)) {
      throw wrong(name, at + 124, `a size of at most ${end - offset} bytes`, String(size));
    }
    if (type === ATTRIBUTES || type === GLOBAL_ATTRIBUTES || type === LONG_NAME) {
      if (size > LONGEST_NAME) throw wrong(name, at + 124, `names of at most ${LONGEST_NAME} bytes`, String(size));
      const content = await read(offset, size);
      if (type === LONG_NAME) longName = textOf(content);
      if (type === ATTRIBUTES) ({ path: longName = longName, size: longSize } = attributesOf(content, name, offset));
    } else {
      if (FILE_TYPES.has(type)) yield { name: longName ?? nameOf(header), offset, size };
      [longName, longSize] = [undefined, undefined];
    }
    at = offset + Math.ceil(size / BLOCK) * BLOCK;
  }
}

const wrong = (name: string, at: number, expected: string, got: string): ImageDataError =>
  new ImageDataError(`${name}: byte ${at}: expected ${expected}, got ${got}`);

/** Text up to the first zero. */
function textOf(bytes: Buffer): string {
  const zero = bytes.indexOf(0);
  return bytes.toString('utf8', 0, zero === -1 ? bytes.length : zero);
}

function nameOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or, with the first bit set, a binary number (GNU, beyond 8 GiB). */
function numberOf(field: Buffer, name: string, at: number): number {
  if (field[0]! & 0x80) return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, field[0]! & 0x7f);
  const text = textOf(field).trim();
  if (!/^[0-7]*$/.test(text)) throw wrong(name, at, 'octal digits', JSON.stringify(text));
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** The sum of a header's bytes, those of the sum itself taken as spaces. */
function checkSum(header: Buffer, name: string, at: number): void {
  const stated = numberOf(header.subarray(148, 156), name, at + 148);
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (sum !== stated) throw wrong(name, at, `a tar header whose check sum is ${stated}`, `${sum}`);
}

/** Lines "LENGTH KEY=VALUE\n", the length in bytes and of the whole line. */
function attributesOf(content: Buffer, name: string, offset: number): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space));
    const line = content.toString('utf8', space + 1, at + length - 1);
    const equals = line.indexOf('=');
    if (!(space > at && length > space - at && at + length <= content.length && equals > 0)) {
      throw wrong(name, offset + at, 'an attribute such as "20 path=cat.jpg"', JSON.stringify(line.slice(0, 40)));
    }
    const [key, value] = [line.slice(0, equals), line.slice(equals + 1)];
    if (key === 'path') found.path = value;
    if (key === 'size') found.size = Number(value);
    at += length;
  }
  return found;
}
