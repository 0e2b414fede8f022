import type { Size } from './tile-corners.js';

/**
 * What a tile's pixels count for where tiles overlap: their distance to the tile's nearest edge, 1 at the edge (Perceiver IO,
 * appendix H; PARITY, section 2.5).
 *
 * @returns `[height, width]`, flat
 */
export function tileWeights([height, width]: Size): Float32Array {
  const distance = (i: number, size: number): number => Math.min(i + 1, size - i);
  const weights = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      weights[y * width + x] = Math.min(distance(y, height), distance(x, width));
    }
  }
  return weights;
}
