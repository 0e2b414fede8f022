import type { FileRegion } from '../graph/value.js';

/** Reads the bytes of a region. Only Node has files, so the module is loaded when it is needed. */
export async function readRegion({ path, byteOffset, byteLength }: FileRegion): Promise<Uint8Array> {
  const { open } = await import(/* @vite-ignore */ 'node:fs/promises');
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(byteLength);
    for (let done = 0; done < byteLength; ) {
      const { bytesRead } = await file.read(bytes, done, Math.min(byteLength - done, 1 << 30), byteOffset + done);
      if (bytesRead === 0) throw new Error(`${path}: expected ${byteLength} bytes at ${byteOffset}, got ${done}`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
