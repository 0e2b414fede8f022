import { type ByteSource, bytesSource } from '../byte-source.js';
import type { CheckpointReader } from '../checkpoint-reader.js';
import { createReader } from '../tensors/create-reader.js';
import { parseHeader, parseHeaderLength } from './parse-header.js';

/**
 * Opens safetensors in any ByteSource (`blobSource` in a browser). Only the header is read now.
 * Throws CheckpointFormatError for a damaged or hostile file.
 */
export async function readSafetensors(source: ByteSource): Promise<CheckpointReader> {
  const first = new Uint8Array(8);
  await source.read(first.subarray(0, Math.min(8, source.size)), 0);
  const json = new Uint8Array(parseHeaderLength(source.name, first, source.size));
  await source.read(json, 8);
  return createReader({ format: 'safetensors', source, ...parseHeader(source.name, json, source.size) });
}

/** Opens safetensors that are in memory already. Throws CheckpointFormatError as `readSafetensors`. */
export function parseSafetensors(bytes: Uint8Array, name = 'bytes in memory'): CheckpointReader {
  const json = bytes.subarray(8, 8 + parseHeaderLength(name, bytes, bytes.byteLength));
  const source = bytesSource(bytes, name);
  return createReader({ format: 'safetensors', source, ...parseHeader(name, json, bytes.byteLength) });
}
