import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckpointDownloadError, CheckpointIntegrityError } from '../errors.js';
import { fileSize } from './cache-layout.js';
import type { HubOptions } from './hub-options.js';
import { retry } from './retry.js';

/** A file of a repository as the hub announces it. */
export interface RemoteFile {
  readonly name: string;
  readonly size: number;
  /** SHA-256 of the contents (large files), or git's SHA-1 of the blob (small ones), in hexadecimal. */
  readonly hash: string;
  /** Opens the contents from byte `start` on. */
  readonly open: (start: number, attempt: number) => Promise<ReadableStream<Uint8Array>>;
}

/**
 * Downloads a file to `path`. It grows as `path.incomplete`, which a later call continues, and gets its name only after
 * its size and hash were found right. Throws CheckpointIntegrityError (and removes it) where they are not.
 */
export async function downloadBlob(file: RemoteFile, path: string, options: HubOptions): Promise<void> {
  const incomplete = `${path}.incomplete`;
  await mkdir(dirname(path), { recursive: true });
  const resumed = Math.min((await fileSize(incomplete)) ?? 0, file.size);
  const removeWrong = async (error: unknown) => {
    if (error instanceof CheckpointIntegrityError) await rm(incomplete, { force: true });
    throw error;
  };
  try {
    await transfer(file, incomplete, resumed, options).catch(removeWrong);
  } catch (error) {
    // A wrong hash after a resumption may be the fault of the old part: begin anew, once.
    if (!(error instanceof CheckpointIntegrityError) || resumed === 0) throw error;
    await transfer(file, incomplete, 0, options).catch(removeWrong);
  }
  await rename(incomplete, path).catch(async (error) => {
    // Another process may have finished the same file in the meantime.
    if ((await fileSize(path)) !== file.size) throw error;
  });
}

async function transfer(file: RemoteFile, incomplete: string, start: number, options: HubOptions): Promise<void> {
  // Never emptied: another process may be writing the same bytes to the same places.
  const handle = await open(incomplete, constants.O_RDWR | constants.O_CREAT);
  try {
    const hash = createFileHash(file);
    if (start > 0) for await (const part of createReadStream(incomplete, { end: start - 1 })) hash.update(part);
    let position = start;
    let positionAtFailure = start;
    await retry(
      options,
      async (attempt) => {
        const report = progressReporter(file, options);
        report(position);
        if (position === file.size) return;
        await readAll(await file.open(position, attempt), options, async (part) => {
          if (position + part.byteLength > file.size) {
            throw new CheckpointIntegrityError(`${file.name}: expected ${file.size} bytes, but more came`);
          }
          await writeFully(handle, part, position);
          hash.update(part);
          position += part.byteLength;
          report(position);
        });
        if (position < file.size) throw new Error(`connection closed after ${position} of ${file.size} bytes`);
      },
      () => {
        const further = position > positionAtFailure;
        positionAtFailure = position;
        return further;
      },
    ).catch((error) => {
      throw keepHint(error, file, position);
    });
    const digest = hash.digest('hex');
    if (digest !== file.hash) {
      throw new CheckpointIntegrityError(`${file.name}: expected hash ${file.hash}, got ${digest}; try again`);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function createFileHash({ hash, size }: RemoteFile): Hash {
  return hash.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

function keepHint(error: unknown, file: RemoteFile, position: number): unknown {
  if (error instanceof CheckpointIntegrityError || position === 0) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new CheckpointDownloadError(
    `${file.name}: stopped after ${position} of ${file.size} bytes (${reason}); they are kept, the same call continues`,
    { cause: error },
  );
}

async function writeFully(handle: FileHandle, part: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < part.byteLength; ) {
    const { bytesWritten } = await handle.write(part, done, part.byteLength - done, position + done).catch((error) => {
      throw new CheckpointDownloadError(`cannot be written: ${error.message}`, { cause: error });
    });
    done += bytesWritten;
  }
}

/** Hands on each part of a stream; fails when none comes for `stallTimeout`, or when the caller aborts. */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  { stallTimeout = 60_000, signal }: HubOptions,
  use: (part: Uint8Array) => Promise<void>,
): Promise<void> {
  const reader = stream.getReader();
  let timer: NodeJS.Timeout | undefined;
  let stop: (reason: unknown) => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  stopped.catch(() => {});
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  try {
    signal?.throwIfAborted();
    for (;;) {
      timer = setTimeout(() => stop(new Error(`no data for ${stallTimeout / 1000} s`)), stallTimeout);
      const { done, value } = await Promise.race([reader.read(), stopped]);
      clearTimeout(timer);
      if (done) return;
      await use(value);
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    reader.cancel().catch(() => {});
  }
}

function progressReporter({ name, size }: RemoteFile, { onProgress }: HubOptions): (loaded: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (loadedBytes) => {
    const now = performance.now();
    if (loadedBytes < size && now - last < 100) return;
    last = now;
    onProgress?.({ file: name, loadedBytes, totalBytes: size });
  };
}
