import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { ImageFileError } from './image-file-error.js';
import type { RgbImage } from './rgb-image.js';

/** A path, an http(s) address, or the bytes of a file. */
export type ImageSource = string | URL | Uint8Array;

export interface ReadImageOptions {
  /** Most pixels of one picture; 100 million by default. A header that promises more is refused before anything is decoded. */
  readonly maxPixels?: number;
  /** Most bytes of a file or download; 256 MiB by default. */
  readonly maxBytes?: number;
  /** Milliseconds for a download; 60,000 by default. */
  readonly timeout?: number;
}

const isAddress = (source: ImageSource): boolean => source instanceof URL || /^https?:\/\//i.test(String(source));

/** What a source is called in messages. */
export function sourceName(source: ImageSource): string {
  return source instanceof Uint8Array ? `image of ${source.byteLength} bytes` : String(source);
}

/** The bytes of a picture's file. Throws ImageFileError. */
async function readBytes(source: ImageSource, { maxBytes = 2 ** 28, timeout = 60_000 }: ReadImageOptions) {
  if (source instanceof Uint8Array) return source;
  const name = sourceName(source);
  const tooLarge = (size: number | string) =>
    new ImageFileError(`${name}: expected at most ${maxBytes} bytes, got ${size}`);
  if (!isAddress(source) || (source instanceof URL && source.protocol === 'file:')) {
    try {
      const info = await stat(source as string);
      if (!info.isFile()) throw new ImageFileError(`${name}: expected an image file, got a directory or device`);
      if (info.size > maxBytes) throw tooLarge(info.size);
      return await readFile(source as string);
    } catch (error) {
      if (error instanceof ImageFileError) throw error;
      throw new ImageFileError(`${name}: expected a readable file: ${(error as Error).message}`, { cause: error });
    }
  }
  try {
    const response = await fetch(source as string, { signal: AbortSignal.timeout(timeout) });
    if (!response.ok) throw new ImageFileError(`${name}: expected an image, got HTTP status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge('more');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof ImageFileError) throw error;
    throw new ImageFileError(`${name}: expected an answer: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Reads a picture (JPEG, PNG, WebP, AVIF, GIF, TIFF) as 8-bit sRGB: turned as its EXIF orientation says, colour profiles and CMYK
 * converted, 16 bits reduced to 8, transparency dropped; of an animation the first frame.
 *
 * @throws ImageFileError
 */
export async function readImage(source: ImageSource, options: ReadImageOptions = {}): Promise<RgbImage> {
  const { maxPixels = 100_000_000 } = options;
  const bytes = await readBytes(source, options);
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'truncated' })
      .rotate()
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw new ImageFileError(
      `${sourceName(source)}: expected a whole JPEG, PNG, WebP, AVIF, GIF or TIFF image of at most ${maxPixels} pixels: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
