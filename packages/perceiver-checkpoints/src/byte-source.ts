import { CheckpointFormatError } from './errors.js';

/** Bytes that can be read at any position: a file, a browser's Blob, an array in memory. */
export interface ByteSource {
  /** What error messages call it: the path of a file. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** Fills `target` from `position` on. Throws CheckpointFormatError where the bytes end before that. */
  read(target: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/** Throws CheckpointFormatError unless `length` bytes exist from `position` on. */
export function checkRange(source: Pick<ByteSource, 'name' | 'size'>, position: number, length: number): void {
  if (!Number.isSafeInteger(position) || position < 0 || position + length > source.size) {
    throw new CheckpointFormatError(
      source.name,
      `truncated: expected ${length} bytes at byte ${position}, got a file of ${source.size} bytes`,
    );
  }
}

/** A ByteSource over bytes in memory. */
export function bytesSource(bytes: Uint8Array, name = 'bytes in memory'): ByteSource {
  const source = {
    name,
    size: bytes.byteLength,
    read: async (target: Uint8Array, position: number) => {
      checkRange(source, position, target.byteLength);
      target.set(bytes.subarray(position, position + target.byteLength));
    },
    close: async () => {},
  };
  return source;
}

/** A ByteSource over a Blob (a `File` of a browser's file picker), read by slices. */
export function blobSource(blob: Blob, name = 'blob'): ByteSource {
  const source = {
    name,
    size: blob.size,
    read: async (target: Uint8Array, position: number) => {
      checkRange(source, position, target.byteLength);
      target.set(new Uint8Array(await blob.slice(position, position + target.byteLength).arrayBuffer()));
    },
    close: async () => {},
  };
  return source;
}
