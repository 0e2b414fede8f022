import type { RgbImage } from 'perceiver-image-files';
import { mapLevels } from './map-levels.js';

const { fround } = Math;

/** Grey of red, green and blue (ITU-R 601), rounded as Pillow does. */
const greyOf = (data: Uint8Array, at: number): number =>
  (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;

/**
 * `from + share (to - from)` of two levels in float32, as Pillow's `Image.blend`: a share of 0 or 1 copies; beyond them what leaves 0 to 255 is
 * clipped.
 */
function blend(from: number, to: number, share: number): number {
  const value = fround(from + fround(share * (to - from)));
  return value <= 0 ? 0 : value >= 255 ? 255 : value | 0;
}

/** Blends a picture with one level: each level becomes another. */
function blendWithLevel(image: RgbImage, level: number, factor: number): RgbImage {
  const share = fround(factor);
  if (share === 1) return image;
  return mapLevels(image, [Uint8Array.from({ length: 256 }, (_, to) => blend(level, to, share))]);
}

/** Saturation: 0 gives grey, 1 the picture. */
export function color(image: RgbImage, factor: number): RgbImage {
  const share = fround(factor);
  if (share === 1) return image;
  const { data } = image;
  const target = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const grey = greyOf(data, at);
    target[at] = blend(grey, data[at]!, share);
    target[at + 1] = blend(grey, data[at + 1]!, share);
    target[at + 2] = blend(grey, data[at + 2]!, share);
  }
  return { ...image, data: target };
}

/** Contrast about the mean grey: 0 gives that, 1 the picture. */
export function contrast(image: RgbImage, factor: number): RgbImage {
  const { data } = image;
  let sum = 0;
  for (let at = 0; at < data.length; at += 3) sum += greyOf(data, at);
  return blendWithLevel(image, Math.trunc(sum / (data.length / 3) + 0.5), factor);
}

/** Brightness: 0 gives black, 1 the picture. */
export const brightness = (image: RgbImage, factor: number): RgbImage => blendWithLevel(image, 0, factor);

/** Sharpness: 0 gives the picture smoothed by (1 1 1; 1 5 1; 1 1 1) / 13, its border kept; 1 the picture. */
export function sharpness(image: RgbImage, factor: number): RgbImage {
  const share = fround(factor);
  if (share === 1) return image;
  const { data } = image;
  const target = smooth(image);
  for (let i = 0; i < data.length; i++) target[i] = blend(target[i]!, data[i]!, share);
  return { ...image, data: target };
}

/** A thirteenth of each weighted sum of nine levels, rounded. */
const THIRTEENTHS = Uint8Array.from({ length: 13 * 255 + 1 }, (_, sum) => Math.floor(sum / 13 + 0.5));

function smooth({ width, height, data }: RgbImage): Uint8Array {
  const target = data.slice();
  const row = 3 * width;
  for (let y = 1; y < height - 1; y++) {
    const end = (y + 1) * row - 3;
    for (let at = y * row + 3; at < end; at++) {
      const above = data[at - row - 3]! + data[at - row]! + data[at - row + 3]!;
      const beside = data[at - 3]! + 5 * data[at]! + data[at + 3]!;
      const below = data[at + row - 3]! + data[at + row]! + data[at + row + 3]!;
      target[at] = THIRTEENTHS[above + beside + below]!;
    }
  }
  return target;
}
