import type { RgbImage } from 'perceiver-image-files';
import type { PixelRectangle } from './crop-box.js';
import { cutRectangle } from './cut-rectangle.js';

/** Where the middle `width` x `height` of a picture is; outside it where the picture is smaller. */
export function centreRectangle(
  image: { readonly width: number; readonly height: number },
  width: number,
  height: number,
  round: (half: number) => number = Math.floor,
): PixelRectangle {
  const [left, top] = [round((image.width - width) / 2), round((image.height - height) / 2)];
  return { left, top, width, height };
}

/**
 * The middle `width` x `height` of a picture; zeros around where it is smaller. An odd pixel too many goes from the bottom and right, one
 * too few is added at the top and left, as Hugging Face's image processors do; another `round` of half the rest may say otherwise.
 */
export function centreCrop(
  image: RgbImage,
  width: number,
  height: number,
  round: (half: number) => number = Math.floor,
): RgbImage {
  return cutRectangle(image, centreRectangle(image, width, height, round));
}
