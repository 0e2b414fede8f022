import type { RgbImage } from 'perceiver-image-files';
import { FILL } from './affine.js';

/** Grey over the square of side `2 reach` about a place, as much of it as is in the picture. */
export function cutout(image: RgbImage, centreX: number, centreY: number, reach: number): RgbImage {
  const { width, height } = image;
  const data = image.data.slice();
  const [left, right] = [Math.max(0, centreX - reach), Math.min(width, centreX + reach)];
  for (let y = Math.max(0, centreY - reach); y < Math.min(height, centreY + reach); y++) {
    data.fill(FILL, (y * width + left) * 3, (y * width + right) * 3);
  }
  return { width, height, data };
}
