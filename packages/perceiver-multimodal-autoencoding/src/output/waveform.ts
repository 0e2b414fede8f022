import type { RgbImage } from 'perceiver-image-files';

const BACKGROUND = 245;
const AXIS = 200;
const CURVE = [31, 90, 160] as const;

/**
 * Draws a signal: each column spans the least and the greatest of its samples.
 *
 * @param samples -1 to 1, bottom to top
 */
export function drawWaveform(samples: Float32Array, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3).fill(BACKGROUND);
  const rowOf = (value: number) => Math.round(((1 - Math.min(Math.max(value, -1), 1)) / 2) * (height - 1));
  data.fill(AXIS, rowOf(0) * width * 3, (rowOf(0) + 1) * width * 3);
  for (let x = 0; x < width; x++) {
    const start = Math.floor((x * samples.length) / width);
    const end = Math.max(start + 1, Math.floor(((x + 1) * samples.length) / width));
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = start; i < Math.min(end, samples.length); i++) {
      low = Math.min(low, samples[i]!);
      high = Math.max(high, samples[i]!);
    }
    for (let y = rowOf(high); y <= rowOf(low); y++) data.set(CURVE, (y * width + x) * 3);
  }
  return { width, height, data };
}
