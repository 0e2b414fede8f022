import sharp from 'sharp';
import { ImageFileError } from './image-file-error.js';
import type { RgbImage } from './rgb-image.js';

/** The bytes of a PNG file. */
export async function encodePng({ width, height, data }: RgbImage): Promise<Uint8Array> {
  if (data.length !== width * height * 3) {
    throw new ImageFileError(`encodePng: expected ${width} x ${height} x 3 numbers, got ${data.length}`);
  }
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return new Uint8Array(png.buffer, png.byteOffset, png.byteLength);
}
