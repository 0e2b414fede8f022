import type { RgbImage } from 'perceiver-image-files';

/**
 * The middle `width` x `height` of a picture; zeros around where it is smaller. An odd pixel too many goes from the bottom and right, one
 * too few is added at the top and left, as Hugging Face's image processors do.
 */
export function centreCrop(image: RgbImage, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  // Pixels of the picture left of the crop; negative where zeros are added.
  const left = Math.floor((image.width - width) / 2);
  const top = Math.floor((image.height - height) / 2);
  const [fromX, toX] = [Math.max(0, left), Math.min(image.width, left + width)];
  for (let y = Math.max(0, top); y < Math.min(image.height, top + height); y++) {
    const start = (y * image.width + fromX) * 3;
    data.set(image.data.subarray(start, start + (toX - fromX) * 3), ((y - top) * width + fromX - left) * 3);
  }
  return { width, height, data };
}
