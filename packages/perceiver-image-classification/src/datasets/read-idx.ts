import { ImageDataError } from './image-data-error.js';
import { readPackedFile } from './read-packed-file.js';

/** An array of bytes from a file in MNIST's IDX format. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * Reads an IDX file of bytes, packed with gzip or not (http://yann.lecun.com/exdb/mnist).
 *
 * @throws ImageDataError that names the file and the byte
 */
export async function readIdx(path: string): Promise<IdxArray> {
  return parseIdx(path, await readPackedFile(path));
}

/** Parses the bytes of an IDX file; `name` is for messages. */
export function parseIdx(name: string, bytes: Uint8Array): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [zero, type, rank] = bytes.length < 4 ? [1, 0, 0] : [view.getUint16(0), bytes[2]!, bytes[3]!];
  if (zero !== 0 || type !== UNSIGNED_BYTE || rank === 0) {
    throw new ImageDataError(`${name}: byte 0: expected an IDX file of bytes (00 00 08 and the number of axes)`);
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start)
    throw new ImageDataError(`${name}: byte ${bytes.length}: expected ${rank} sizes, got the end of the file`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (bytes.length - start !== size) {
    throw new ImageDataError(
      `${name}: byte ${start}: expected ${shape.join(' x ')} bytes, got ${bytes.length - start}`,
    );
  }
  return { shape, data: bytes.subarray(start) };
}
