import { CheckpointFormatError } from '../errors.js';
import { StoredBytes, StoredText } from './stored.js';

// Python's own numbers in a checkpoint are steps, seeds and random states; nothing needs more digits.
const LONGEST_INTEGER = 1024;
// Names of modules and parameters are shorter; of the file's data none is.
const LONGEST_TEXT = 1000;

/**
 * Reads the arguments of pickle's operations, and refuses to read past the end. Either over a whole pickle in memory, or,
 * where `size` is given, over a window of a file, which `moveWindow` moves; then bytes and long texts stay in the file.
 */
export class PickleCursor {
  /** Absolute, in the pickle or the file. */
  position = 0;
  private start = 0;
  private view: DataView;
  private readonly latin1 = new TextDecoder('latin1');
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(
    readonly file: string,
    private bytes: Uint8Array,
    private readonly size?: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Puts the part of the file that begins at `start` into the window. */
  moveWindow(start: number, bytes: Uint8Array): void {
    this.start = start;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether the next `length` bytes are in the window. */
  holds(length: number): boolean {
    return this.position >= this.start && this.position + length <= this.start + this.bytes.byteLength;
  }

  /** Throws CheckpointFormatError with the position of the fault. */
  fail(rule: string, cause?: unknown): never {
    throw new CheckpointFormatError(this.file, `pickle, byte ${this.position}: ${rule}`, { cause });
  }

  /** Moves over `length` bytes and gives where they began, in the file. */
  private skip(length: number): number {
    const start = this.position;
    const size = this.size ?? this.bytes.byteLength;
    if (length < 0 || start + length > size) {
      this.fail(`truncated: expected ${length} more bytes, got ${size - start}`);
    }
    this.position = start + length;
    return start;
  }

  /** Moves over `length` bytes and gives where they began, in the window. */
  private take(length: number): number {
    const inWindow = this.holds(length);
    const start = this.skip(length);
    if (!inWindow) this.fail(`an argument of ${length} bytes is too long`);
    return start - this.start;
  }

  uint8 = (): number => this.view.getUint8(this.take(1));
  uint16 = (): number => this.view.getUint16(this.take(2), true);
  uint32 = (): number => this.view.getUint32(this.take(4), true);
  int32 = (): number => this.view.getInt32(this.take(4), true);
  /** Big-endian, as pickle has it. */
  float64 = (): number => this.view.getFloat64(this.take(8), false);

  uint64(): number {
    const value = this.view.getBigUint64(this.take(8), true);
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? this.fail(`length ${value} is too large`) : Number(value);
  }

  private raw(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  byteString(length: number): Uint8Array | StoredBytes {
    return this.size === undefined ? this.raw(length) : new StoredBytes(this.skip(length), length);
  }

  text(length: number): string | StoredText {
    if (this.size !== undefined && length > LONGEST_TEXT) return new StoredText(this.skip(length), length);
    const raw = this.raw(length);
    try {
      return this.utf8.decode(raw);
    } catch (error) {
      return this.fail('expected UTF-8', error);
    }
  }

  /** The rest of the line, without its end. */
  line(): string {
    const end = this.bytes.indexOf(10, this.position - this.start);
    if (end < 0) this.fail('truncated: expected an end of line');
    const line = this.latin1.decode(this.raw(end + this.start - this.position));
    this.position++;
    return line;
  }

  /** A line in which characters past Latin-1 are written as \\u1234 (protocol 0). */
  escapedLine(): string {
    return this.line().replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  }

  /** A little-endian two's complement integer of `length` bytes. */
  longInteger(length: number): number | bigint {
    if (length > LONGEST_INTEGER) this.fail(`integer of ${length} bytes; at most ${LONGEST_INTEGER} are read`);
    const raw = this.raw(length);
    if (length === 0) return 0;
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(raw[i]!);
    return narrow(BigInt.asIntN(8 * length, value));
  }

  /** An integer in decimal digits (protocol 0), or the booleans that it writes as 00 and 01. */
  decimalInteger(): number | bigint | boolean {
    const line = this.line();
    if (line === '00' || line === '01') return line === '01';
    const digits = line.replace(/L$/, '');
    if (!/^[+-]?\d+$/.test(digits) || digits.length > LONGEST_INTEGER) this.fail('expected an integer');
    return narrow(BigInt(digits.replace('+', '')));
  }

  decimalFloat(): number {
    const line = this.line();
    const special: Record<string, number> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
    const value = Object.hasOwn(special, line) ? special[line]! : Number(line);
    if (line.trim() === '' || (Number.isNaN(value) && line !== 'nan')) this.fail('expected a number');
    return value;
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
