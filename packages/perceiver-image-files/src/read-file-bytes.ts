import { constants, type FileHandle, open } from 'node:fs/promises';
import { ImageFileError } from './image-file-error.js';

/** Bytes read at a time. */
const PIECE = 1 << 20;

/** What is not a regular file. */
async function checkRegular(name: string, file: FileHandle, maxBytes: number): Promise<number> {
  const info = await file.stat();
  const what = info.isDirectory() ? 'a directory' : info.isFIFO() ? 'a pipe' : 'a device or socket';
  if (!info.isFile()) throw new ImageFileError(`${name}: expected an image file, got ${what}`);
  if (info.size > maxBytes) throw new ImageFileError(`${name}: expected at most ${maxBytes} bytes, got ${info.size}`);
  return info.size;
}

/**
 * The bytes of a regular file; a directory, pipe or device is refused and never waited for.
 *
 * @throws ImageFileError
 */
export async function readFileBytes(path: string | URL, name: string, maxBytes: number): Promise<Uint8Array> {
  // Opening a pipe waits for a writer, unless told not to. Windows has no such flag.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  let file: FileHandle | undefined;
  try {
    file = await open(path, flags);
    const size = await checkRegular(name, file, maxBytes);
    // A file may grow while it is read, and those of /proc say a size of 0.
    const pieces: Uint8Array[] = [];
    let total = 0;
    for (let room = Math.max(size, 1); ; room = PIECE) {
      const piece = new Uint8Array(Math.min(room, maxBytes + 1 - total));
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      if (bytesRead === 0) break;
      pieces.push(piece.subarray(0, bytesRead));
      total += bytesRead;
      if (total > maxBytes) throw new ImageFileError(`${name}: expected at most ${maxBytes} bytes, got more`);
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, total);
  } catch (error) {
    if (error instanceof ImageFileError) throw error;
    throw new ImageFileError(`${name}: expected a readable file: ${(error as Error).message}`, { cause: error });
  } finally {
    await file?.close();
  }
}
