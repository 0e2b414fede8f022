import { open } from 'node:fs/promises';
import { type ByteSource, checkRange } from './byte-source.js';
import { CheckpointError, CheckpointFormatError, CheckpointNotFoundError } from './errors.js';

// One pread call cannot move more than 2 GiB - 4 KiB.
const LARGEST_READ = 2 ** 30;

/**
 * Opens a file for positional reads; nothing is read ahead, sizes above 2 GB are fine.
 * Throws CheckpointNotFoundError where there is no such file.
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      throw new CheckpointNotFoundError(`${path}: no such file`, { cause: error });
    }
    throw new CheckpointError(`${path}: cannot be opened (${error.message})`, { cause: error });
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new CheckpointFormatError(path, 'expected a file, got a directory or device');
  }
  const source: ByteSource = {
    name: path,
    size: stat.size,
    async read(target, position) {
      checkRange(source, position, target.byteLength);
      for (let done = 0; done < target.byteLength; ) {
        const length = Math.min(LARGEST_READ, target.byteLength - done);
        const { bytesRead } = await handle.read(target, done, length, position + done).catch((error) => {
          throw new CheckpointError(`${path}: cannot be read (${error.message})`, { cause: error });
        });
        if (bytesRead === 0) {
          throw new CheckpointFormatError(path, `truncated while it was read: nothing at byte ${position + done}`);
        }
        done += bytesRead;
      }
    },
    close: () => handle.close(),
  };
  return source;
}
