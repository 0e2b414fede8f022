import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { ImageDataError } from './image-data-error.js';

/** No data set that is held in memory has more. */
const LARGEST = 2 ** 30;

/**
 * All bytes of a file, unpacked where they are packed with gzip.
 *
 * @throws ImageDataError for what is not there, no file, beyond 1 GiB, or broken gzip data
 */
export async function readPackedFile(path: string): Promise<Uint8Array> {
  const info = await stat(path).catch((error: Error) => {
    throw new ImageDataError(`${path}: expected a readable file: ${error.message}`, { cause: error });
  });
  if (!info.isFile()) throw new ImageDataError(`${path}: expected a file, got a folder or device`);
  if (info.size > LARGEST) throw new ImageDataError(`${path}: expected at most ${LARGEST} bytes, got ${info.size}`);
  const bytes = await readFile(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch (error) {
    throw new ImageDataError(`${path}: expected whole gzip data: ${(error as Error).message}`, { cause: error });
  }
}
