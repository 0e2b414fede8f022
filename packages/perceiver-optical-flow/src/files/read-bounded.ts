import { readFile, stat } from 'node:fs/promises';
import { FlowError } from '../flow-error.js';

/** Most bytes of a file that is read whole: flow of 100 million pixels. */
const MAX_BYTES = 1.25e9;

/** The bytes of a file. Throws FlowError for folders, devices, unreadable and enormous files. */
export async function readBounded(path: string, maxBytes = MAX_BYTES): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new FlowError(`${path}: expected a file, got a directory or device`);
    if (info.size > maxBytes) throw new FlowError(`${path}: expected at most ${maxBytes} bytes, got ${info.size}`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof FlowError) throw error;
    throw new FlowError(`${path}: expected a readable file: ${(error as Error).message}`, { cause: error });
  }
}
