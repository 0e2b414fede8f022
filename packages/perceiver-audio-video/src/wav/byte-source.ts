import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that can be read in any order. */
export interface ByteSource {
  readonly size: number;
  /** Exactly these bytes; fewer only where the file has become shorter. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export function memorySource(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    read: async (offset, length) => buffer.subarray(offset, offset + length),
    close: async () => {},
  };
}

export async function fileSource(path: string): Promise<ByteSource> {
  const file: FileHandle = await open(path);
  try {
    const { size } = await file.stat();
    return {
      size,
      read: async (offset, length) => {
        const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position: offset });
        return buffer.subarray(0, bytesRead);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
