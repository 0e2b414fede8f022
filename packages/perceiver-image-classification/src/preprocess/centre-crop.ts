import type { RgbImage } from 'perceiver-image-files';
import type { PixelRectangle } from './crop-box.js';
import { cutRectangle } from './cut-rectangle.js';

/** Where the middle `width` x `height` of a picture is; outside it where the picture is smaller. */
export function centreRectangle(
  image: { readonly width: number; readonly height: number },
  width: number,
  height: number,
): PixelRectangle {
  const [left, top] = [Math.floor((image.width - width) / 2), Math.floor((image.height - height) / 2)];
  return { left, top, width, height };
}

/**
 * The middle `width` x `height` of a picture; zeros around where it is smaller. An odd pixel too many goes from the bottom and right, one
 * too few is added at the top and left, as Hugging Face's image processors do.
 */
export function centreCrop(image: RgbImage, width: number, height: number): RgbImage {
  return cutRectangle(image, centreRectangle(image, width, height));
}
