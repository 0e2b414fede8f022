import type { RgbImage } from 'perceiver-image-files';

const { fround } = Math;

/** Grey of red, green and blue (ITU-R 601), rounded as Pillow does. */
const greyOf = (data: Uint8Array, at: number): number =>
  (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;

/**
 * `from + factor (to - from)` in float32, as Pillow's `Image.blend`: a factor of 0 or 1 copies; beyond them what leaves 0 to 255 is clipped.
 *
 * @param from level of the degenerate picture at a byte
 */
function blend(from: (at: number) => number, image: RgbImage, factor: number): RgbImage {
  const { data } = image;
  const share = fround(factor);
  if (share === 1) return image;
  const target = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const base = from(i);
    const value = share === 0 ? base : fround(base + fround(share * (data[i]! - base)));
    target[i] = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
  }
  return { ...image, data: target };
}

/** Saturation: 0 gives grey, 1 the picture. */
export function color(image: RgbImage, factor: number): RgbImage {
  const { data } = image;
  return blend((at) => greyOf(data, at - (at % 3)), image, factor);
}

/** Contrast about the mean grey: 0 gives that, 1 the picture. */
export function contrast(image: RgbImage, factor: number): RgbImage {
  const { data } = image;
  let sum = 0;
  for (let at = 0; at < data.length; at += 3) sum += greyOf(data, at);
  const mean = Math.trunc(sum / (data.length / 3) + 0.5);
  return blend(() => mean, image, factor);
}

/** Brightness: 0 gives black, 1 the picture. */
export const brightness = (image: RgbImage, factor: number): RgbImage => blend(() => 0, image, factor);

/** Sharpness: 0 gives the picture smoothed by (1 1 1; 1 5 1; 1 1 1) / 13, its border kept; 1 the picture. */
export function sharpness(image: RgbImage, factor: number): RgbImage {
  if (fround(factor) === 1) return image;
  const smoothed = smooth(image);
  return blend((at) => smoothed[at]!, image, factor);
}

function smooth({ width, height, data }: RgbImage): Uint8Array {
  const target = data.slice();
  const row = 3 * width;
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * row + 3; at < (y + 1) * row - 3; at++) {
      let sum = 4 * data[at]!;
      for (let line = at - row; line <= at + row; line += row) sum += data[line - 3]! + data[line]! + data[line + 3]!;
      target[at] = Math.floor(sum / 13 + 0.5);
    }
  }
  return target;
}
