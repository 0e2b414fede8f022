import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckpointError } from '../errors.js';
import { findTensor } from '../tensors/create-reader.js';
import type { TensorArray } from '../tensors/dtype.js';
import { bytesOf, checkTensorData } from '../tensors/tensor-data.js';
import { buildHeader, type TensorSpec } from './build-header.js';

/** A safetensors file in the making. */
export interface SafetensorsWriter {
  /** Writes one tensor's elements, in any order, each name once. */
  write(name: string, data: TensorArray): Promise<void>;
  /** Checks that all tensors came, flushes to the disk, and gives the file its name. */
  finish(): Promise<void>;
  /** Gives up: removes what was written. The file that had the name before stays. */
  abort(): Promise<void>;
}

/** Options of `createSafetensors`. */
export interface CreateSafetensorsOptions {
  /** Texts kept in the header, for example `{ format: 'pt' }`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

// One pwrite call cannot move more than 2 GiB - 4 KiB.
const LARGEST_WRITE = 2 ** 30;

/**
 * Starts a safetensors file whose tensors are written one at a time, so no more than one need be in memory.
 * It grows beside `path` and takes that name after fsync: whoever stops in between leaves the old file whole.
 */
export async function createSafetensors(
  path: string,
  specs: ReadonlyMap<string, TensorSpec>,
  { metadata }: CreateSafetensorsOptions = {},
): Promise<SafetensorsWriter> {
  const header = buildHeader(specs, metadata);
  const temporary = `${path}.${randomUUID()}.incomplete`;
  const handle = await open(temporary, 'wx');
  const missing = new Set(specs.keys());
  let open_ = true;

  const abort = async () => {
    if (!open_) return;
    open_ = false;
    await handle.close();
    await rm(temporary, { force: true });
  };
  const orAbort = async (action: () => Promise<void>) => {
    if (!open_) throw new CheckpointError(`${path}: the writer is finished or aborted`);
    try {
      await action();
    } catch (error) {
      await abort();
      throw error instanceof CheckpointError
        ? error
        : new CheckpointError(`${path}: could not be written (${(error as Error).message})`, { cause: error });
    }
  };

  await orAbort(() => writeAt(handle, header.bytes, 0));
  return {
    abort,
    write: (name, data) =>
      orAbort(async () => {
        const spec = findTensor(path, specs, name);
        checkTensorData(name, { ...spec, data });
        if (!missing.delete(name)) throw new CheckpointError(`${path}: tensor ${name} was written already`);
        await writeAt(handle, bytesOf(data), header.offsets.get(name)!.byteOffset);
      }),
    finish: () =>
      orAbort(async () => {
        if (missing.size > 0) {
          throw new CheckpointError(`${path}: ${missing.size} tensors were not written, first ${[...missing][0]}`);
        }
        await handle.truncate(header.fileSize);
        await handle.sync();
        await handle.close();
        await rename(temporary, path);
        open_ = false;
        await syncDirectory(dirname(path));
      }),
  };
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const length = Math.min(LARGEST_WRITE, bytes.byteLength - done);
    done += (await handle.write(bytes, done, length, position + done)).bytesWritten;
  }
}

/** Makes the renaming itself durable; Windows cannot open directories and needs no such call. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
