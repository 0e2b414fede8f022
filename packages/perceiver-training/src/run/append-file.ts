import { type FileHandle, open } from 'node:fs/promises';

/** A file that grows. What could not be written is kept and tried again, in its place, so no half of a record stays. */
export interface AppendFile {
  /** Puts bytes in the queue. */
  append(bytes: Uint8Array): void;
  /** Writes the queue; throws when the disk refuses, and the queue stays. */
  flush(): Promise<void>;
  /** Flushes and closes. */
  close(): Promise<void>;
}

/** Opens `path` for appending, after cutting it to `length` bytes where given. */
export async function openAppendFile(path: string, { length }: { length?: number } = {}): Promise<AppendFile> {
  const handle: FileHandle = await open(path, 'r+').catch(() => open(path, 'w+'));
  if (length !== undefined) await handle.truncate(length);
  let position = (await handle.stat()).size;
  let queue: Uint8Array[] = [];
  let running: Promise<void> = Promise.resolve();

  const writeQueue = async () => {
    if (queue.length === 0) return;
    const bytes = Buffer.concat(queue);
    queue = [bytes];
    for (let done = 0; done < bytes.length; )
      done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    position += bytes.length;
    queue = queue.slice(1);
  };
  const flush = () => {
    running = running.catch(() => {}).then(writeQueue);
    return running;
  };
  return {
    append: (bytes) => {
      queue.push(bytes);
    },
    flush,
    close: async () => {
      try {
        await flush();
      } finally {
        await handle.close();
      }
    },
  };
}
