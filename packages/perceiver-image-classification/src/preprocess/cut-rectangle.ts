import type { RgbImage } from 'perceiver-image-files';
import type { PixelRectangle } from './crop-box.js';

/** Part of a picture; black where the rectangle leaves it. */
export function cutRectangle(image: RgbImage, { left, top, width, height }: PixelRectangle): RgbImage {
  const data = new Uint8Array(width * height * 3);
  const [fromX, toX] = [Math.max(0, left), Math.min(image.width, left + width)];
  for (let y = Math.max(0, top); y < Math.min(image.height, top + height) && fromX < toX; y++) {
    const start = (y * image.width + fromX) * 3;
    data.set(image.data.subarray(start, start + (toX - fromX) * 3), ((y - top) * width + fromX - left) * 3);
  }
  return { width, height, data };
}
