import sharp from 'sharp';
import { downloadBytes } from './download-bytes.js';
import { ImageFileError } from './image-file-error.js';
import { imageFormat } from './image-format.js';
import { addressOf, type ImageSource, type ReadBytesOptions, sourceName } from './image-source.js';
import { readFileBytes } from './read-file-bytes.js';
import type { RgbImage } from './rgb-image.js';

/** A part of a picture in whole pixels. */
export interface ImagePart {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ReadImageOptions extends ReadBytesOptions {
  /** What the picture is called in messages; the path or address by default. */
  readonly name?: string;
  /** Most pixels of one picture; 100 million by default. A header that promises more is refused before anything is decoded. */
  readonly maxPixels?: number;
  /** Red, green and blue, 0 to 255, behind transparent pixels; white by default. */
  readonly background?: readonly [number, number, number];
  /**
   * Chooses the part to be read from the size of the whole, as it is turned; undefined, the default, is all of it. Only what leads up to the
   * part is decoded, and what is broken behind it goes unnoticed.
   */
  readonly part?: (whole: { readonly width: number; readonly height: number }) => ImagePart | undefined;
  /** Size that the picture, or its part, is stretched to with sharp's cubic filter; its own by default. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** The bytes of a picture's file. */
async function readBytes(source: ImageSource, name: string, options: ReadBytesOptions): Promise<Uint8Array> {
  const { maxBytes = 2 ** 28, timeout = 60_000 } = options;
  if (source instanceof Uint8Array) return source;
  const address = addressOf(source);
  return address === undefined
    ? readFileBytes(source, name, maxBytes)
    : downloadBytes(address, name, maxBytes, timeout);
}

/**
 * Reads a picture (JPEG, PNG, WebP, AVIF, GIF, TIFF) as 8-bit sRGB: turned as its EXIF orientation says, colour profiles and CMYK
 * converted, 16 bits reduced to 8, transparency laid on a background; of an animation or a document the first frame or page.
 *
 * @throws ImageFileError that names the file, also for what is truncated, no picture, or too large
 */
export async function readImage(source: ImageSource, options: ReadImageOptions = {}): Promise<RgbImage> {
  const { maxPixels = 100_000_000, background = [255, 255, 255], timeout = 60_000, size } = options;
  const { name = sourceName(source) } = options;
  const bytes = await readBytes(source, name, options);
  const format = imageFormat(bytes);
  if (format === undefined) {
    const got = bytes.length === 0 ? 'an empty file' : `a file that begins with ${firstBytes(bytes)}`;
    throw new ImageFileError(`${name}: expected a JPEG, PNG, WebP, AVIF, GIF or TIFF image, got ${got}`);
  }
  const [r, g, b] = background;
  try {
    const opened = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', pages: 1 });
    const { depth, space, autoOrient: whole } = await opened.metadata();
    if (!(depth === 'uchar' || depth === 'ushort' || space === 'scrgb')) {
      // Measurements, not colours: nothing says which numbers are black and white.
      throw new ImageFileError(`${name}: expected 8 or 16 bits a colour, got numbers of type ${depth}`);
    }
    const part = options.part?.(whole);
    const isInside =
      part === undefined ||
      (part.left >= 0 &&
        part.top >= 0 &&
        part.left + part.width <= whole.width &&
        part.top + part.height <= whole.height);
    if (!isInside) {
      const { left, top, width, height } = part;
      throw new RangeError(
        `readImage: expected a part within ${whole.width} x ${whole.height}, got ${width} x ${height} at ${left}, ${top}`,
      );
    }
    const turned = opened.autoOrient();
    const cut = part === undefined ? turned : turned.extract(part);
    const sized = size === undefined ? cut : cut.resize(size.width, size.height, { fit: 'fill', kernel: 'cubic' });
    const { data, info } = await sized
      .flatten({ background: { r, g, b } })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .timeout({ seconds: Math.max(1, Math.round(timeout / 1000)) })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: rgbBytes(data, info.channels, name) };
  } catch (error) {
    if (error instanceof ImageFileError || error instanceof RangeError) throw error;
    throw new ImageFileError(
      `${name}: expected a whole ${format} image of at most ${maxPixels} pixels: ${(error as Error).message.trim()}`,
      { cause: error },
    );
  }
}

/** Plain bytes of three channels: sharp gives Node's Buffer, and grey pictures one channel. */
function rgbBytes(data: Buffer, channels: number, name: string): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (channels !== 1) throw new ImageFileError(`${name}: expected 1 or 3 colour channels, got ${channels}`);
  const rgb = new Uint8Array(data.length * 3);
  for (let i = 0; i < data.length; i++) rgb.fill(data[i]!, 3 * i, 3 * i + 3);
  return rgb;
}

function firstBytes(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
