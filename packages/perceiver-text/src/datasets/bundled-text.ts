import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Public-domain texts that come with this package; sources and licence in data/README.md. */
export const BUNDLED_TEXTS = ['tinyshakespeare', 'alice-in-wonderland', 'moby-dick', 'pride-and-prejudice'] as const;

export type BundledText = (typeof BUNDLED_TEXTS)[number];

/** Path of a bundled text. */
export function bundledTextPath(name: BundledText): string {
  return fileURLToPath(new URL(`../../data/${name}.txt`, import.meta.url));
}

/** Bytes of a bundled text. */
export function readBundledText(name: BundledText): Promise<Uint8Array> {
  return readFile(bundledTextPath(name));
}
