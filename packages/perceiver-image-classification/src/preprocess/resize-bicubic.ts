import type { RgbImage } from 'perceiver-image-files';
import { resizePillow } from './resize-pillow.js';

/** Resizes a picture as Pillow's bicubic filter does, bit for bit. */
export function resizeBicubic(image: RgbImage, width: number, height: number): RgbImage {
  return resizePillow(image, width, height, 'bicubic');
}
