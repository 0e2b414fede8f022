import type { RgbImage } from 'perceiver-image-files';
import { mapLevels } from './map-levels.js';

const LEVELS = 256;

const table = (levelOf: (level: number) => number): Uint8Array =>
  Uint8Array.from({ length: LEVELS }, (_, level) => levelOf(level));

/** How often each level comes, of each colour. */
function histograms({ data }: RgbImage): readonly [Uint32Array, Uint32Array, Uint32Array] {
  const counts = [new Uint32Array(LEVELS), new Uint32Array(LEVELS), new Uint32Array(LEVELS)] as const;
  for (let i = 0; i < data.length; i += 3) {
    counts[0][data[i]!]!++;
    counts[1][data[i + 1]!]!++;
    counts[2][data[i + 2]!]!++;
  }
  return counts;
}

const clip = (value: number): number => Math.min(255, Math.max(0, value));

/** The negative. */
export const invert = (image: RgbImage): RgbImage => mapLevels(image, [table((level) => 255 - level)]);

/** The negative of all levels from `threshold` on. */
export const solarize = (image: RgbImage, threshold: number): RgbImage =>
  mapLevels(image, [table((level) => (level < threshold ? level : 255 - level))]);

/** Adds to the levels below 128, up to 255. */
export const solarizeAdd = (image: RgbImage, addition: number): RgbImage =>
  mapLevels(image, [table((level) => (level < 128 ? clip(level + addition) : level))]);

/** Keeps the upper bits of each level. None gives black, as in TensorFlow; Pillow refuses it. */
export function posterize(image: RgbImage, bits: number): RgbImage {
  const mask = 0xff & ~(2 ** (8 - bits) - 1);
  return mapLevels(image, [table((level) => level & mask)]);
}

/** Stretches each colour over all levels. */
export function autoContrast(image: RgbImage): RgbImage {
  const tables = histograms(image).map((counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    if (high <= low) return table((level) => level);
    const scale = 255 / (high - low);
    const offset = -low * scale;
    return table((level) => clip(Math.trunc(level * scale + offset)));
  });
  return mapLevels(image, tables);
}

/** Spreads each colour so that its levels come equally often. */
export function equalize(image: RgbImage): RgbImage {
  const tables = histograms(image).map((counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const last = counts[counts.findLastIndex((count) => count > 0)]!;
    const step = Math.floor((total - last) / 255);
    if (step === 0) return table((level) => level);
    let below = Math.floor(step / 2);
    return table((level) => {
      const value = clip(Math.floor(below / step));
      below += counts[level]!;
      return value;
    });
  });
  return mapLevels(image, tables);
}
