import type { RgbImage } from 'perceiver-image-files';
import { FlowError } from '../flow-error.js';
import type { Size } from '../tiles/tile-corners.js';

/** Two frames of one size, as large as a tile at least. */
export interface PaddedPair {
  readonly size: Size;
  /** Pixels added above and to the left. */
  readonly offset: Size;
  readonly frames: readonly [RgbImage, RgbImage];
}

/** The smallest picture that flow is estimated of, as in the released model's use. */
export const SMALLEST_SIDE = 8;

function pad({ width, height, data }: RgbImage, [rows, columns]: Size, [top, left]: Size): RgbImage {
  const padded = new Uint8Array(rows * columns * 3);
  for (let y = 0; y < rows; y++) {
    const from = Math.min(Math.max(y - top, 0), height - 1) * width;
    for (let x = 0; x < columns; x++) {
      const pixel = (from + Math.min(Math.max(x - left, 0), width - 1)) * 3;
      const to = (y * columns + x) * 3;
      for (let colour = 0; colour < 3; colour++) padded[to + colour] = data[pixel + colour]!;
    }
  }
  return { width: columns, height: rows, data: padded };
}

/**
 * Checks two frames, and repeats their border pixels evenly around them where they are smaller than a tile.
 *
 * @throws FlowError
 */
export function paddedPair(first: RgbImage, second: RgbImage, tile: Size): PaddedPair {
  const { width, height } = first;
  if (second.width !== width || second.height !== height) {
    throw new FlowError(
      `frames: expected two of one size, got ${width} x ${height} and ${second.width} x ${second.height}`,
    );
  }
  if (!(width >= SMALLEST_SIDE && height >= SMALLEST_SIDE)) {
    throw new FlowError(
      `frames: expected at least ${SMALLEST_SIDE} x ${SMALLEST_SIDE} pixels, got ${width} x ${height}`,
    );
  }
  for (const { data } of [first, second]) {
    if (data.length !== width * height * 3) {
      throw new FlowError(`frames: expected ${width} x ${height} x 3 numbers, got ${data.length}`);
    }
  }
  const size: Size = [Math.max(height, tile[0]), Math.max(width, tile[1])];
  const offset: Size = [(size[0] - height) >> 1, (size[1] - width) >> 1];
  const asIs = size[0] === height && size[1] === width;
  return { size, offset, frames: asIs ? [first, second] : [pad(first, size, offset), pad(second, size, offset)] };
}
