import type { TensorInfo } from '../checkpoint-reader.js';
import { CheckpointFormatError } from '../errors.js';
import { isRecord, LARGEST_JSON, parseJsonObject } from '../json/parse-json-object.js';
import { DTYPES, type Dtype, isDtype } from '../tensors/dtype.js';

/** A safetensors file's header: https://github.com/huggingface/safetensors#format */
export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Length of the JSON header, from the first 8 bytes. Throws CheckpointFormatError where it cannot be right. */
export function parseHeaderLength(file: string, firstBytes: Uint8Array, fileSize: number): number {
  if (fileSize < 8) throw new CheckpointFormatError(file, `truncated: expected at least 8 bytes, got ${fileSize}`);
  const length = new DataView(firstBytes.buffer, firstBytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(LARGEST_JSON) || length + 8n > BigInt(fileSize)) {
    const limit = Math.min(LARGEST_JSON, fileSize - 8);
    throw new CheckpointFormatError(
      file,
      `header length: expected at most ${limit} bytes, got ${length}; the file is truncated or not safetensors`,
    );
  }
  return Number(length);
}

/**
 * Parses and checks the JSON header: known types, whole sizes, and tensors that cover the data without holes or
 * overlaps, exactly to the end of the file. Throws CheckpointFormatError for anything else.
 */
export function parseHeader(file: string, json: Uint8Array, fileSize: number): SafetensorsHeader {
  const header = parseJsonObject(file, json, 'header: ');
  const dataStart = 8 + json.byteLength;
  const tensors = new Map<string, TensorInfo>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') metadata = parseMetadata(file, entry);
    else tensors.set(name, parseEntry(file, name, entry, dataStart));
  }
  checkCoverage(file, tensors, dataStart, fileSize);
  return { tensors, metadata };
}

function parseMetadata(file: string, value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw new CheckpointFormatError(file, 'header: __metadata__ expected an object of strings');
  }
  return value as Record<string, string>;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parseEntry(file: string, name: string, entry: unknown, dataStart: number): TensorInfo {
  const fail = (rule: string): never => {
    throw new CheckpointFormatError(file, `tensor ${quote(name)}: ${rule}`);
  };
  if (!isRecord(entry)) return fail('expected an object with dtype, shape and data_offsets');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) {
    return fail(`dtype: expected one of ${Object.keys(DTYPES).join(', ')}, got ${quote(dtype)}`);
  }
  if (!Array.isArray(shape) || !shape.every(isSize)) return fail(`shape: expected whole sizes, got ${quote(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return fail(`data_offsets: expected two whole numbers, got ${quote(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const byteLength = checkedByteLength(dtype, shape);
  if (end - begin !== byteLength) {
    return fail(`data_offsets: ${dtype} [${quote(shape)}] needs ${byteLength} bytes, got ${begin} to ${end}`);
  }
  return { dtype, shape: Object.freeze(shape), file, byteOffset: dataStart + begin, byteLength };
}

function checkedByteLength(dtype: Dtype, shape: number[]): number {
  // A product past 2^53 is not exact, but then it cannot equal the difference of two offsets inside a file either.
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, DTYPES[dtype].bytes);
}

function checkCoverage(file: string, tensors: ReadonlyMap<string, TensorInfo>, start: number, size: number): void {
  const sorted = [...tensors].sort(([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  let position = start;
  for (const [name, { byteOffset, byteLength }] of sorted) {
    if (byteOffset !== position) {
      const fault = byteOffset < position ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw new CheckpointFormatError(
        file,
        `tensor ${quote(name)} ${fault}: expected data at byte ${position}, got ${byteOffset}`,
      );
    }
    position += byteLength;
  }
  if (position !== size) {
    const fault = position > size ? 'truncated' : 'has bytes after the last tensor';
    throw new CheckpointFormatError(file, `${fault}: expected ${position} bytes, got ${size}`);
  }
}

/** A value from the file, short enough for a message. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
