import { ImageFileError } from './image-file-error.js';

/** A path, an http(s) or file address, or the bytes of a file. */
export type ImageSource = string | URL | Uint8Array;

/** Limits of reading. */
export interface ReadBytesOptions {
  /** Most bytes of a file or download; 256 MiB by default. */
  readonly maxBytes?: number;
  /** Milliseconds for a download, and for decoding; 60,000 by default. */
  readonly timeout?: number;
}

/** What a source is called in messages; passwords in addresses are left out. */
export function sourceName(source: ImageSource): string {
  if (source instanceof Uint8Array) return `image of ${source.byteLength} bytes`;
  return String(source).replace(/^(https?:\/\/)[^/@]*@/i, '$1');
}

/**
 * The address to download, if the source is one.
 *
 * @throws ImageFileError for an http(s) address that is none
 */
export function addressOf(source: ImageSource): URL | undefined {
  if (source instanceof URL) return source.protocol === 'file:' ? undefined : source;
  if (typeof source !== 'string' || !/^https?:\/\//i.test(source)) return undefined;
  if (URL.canParse(source)) return new URL(source);
  throw new ImageFileError(`${sourceName(source)}: expected an address such as https://example.com/cat.jpg`);
}
