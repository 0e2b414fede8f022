import sharp from 'sharp';
import type { RgbImage } from './rgb-image.js';

/** Resizes a picture with sharp's cubic filter, without keeping its proportions. */
export async function resizeWithSharp(image: RgbImage, width: number, height: number): Promise<RgbImage> {
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  const data = await sharp(image.data, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { width, height, data };
}
