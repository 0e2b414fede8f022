import { pictureSheet, type RgbImage, resizeWithSharp } from 'perceiver-image-files';
import type { AttentionMaps } from './attention-maps.js';
import { drawNumber } from './draw-number.js';
import { heatColour } from './heat-colour.js';

/** A map at another size: the mean of the places that a pixel covers, or the place in which it lies. */
function fitMap(
  map: Float32Array,
  [rows, columns]: readonly [number, number],
  width: number,
  height: number,
): Float32Array {
  const fitted = new Float32Array(width * height);
  const span = (i: number, of: number, size: number): [number, number] => {
    const first = Math.floor((i * of) / size);
    return [first, Math.max(first + 1, Math.floor(((i + 1) * of) / size))];
  };
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, rows, height);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, columns, width);
      let total = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) total += map[row * columns + column]!;
      fitted[y * width + x] = total / ((bottom - top) * (right - left));
    }
  }
  return fitted;
}

/** A map over the picture it belongs to: the picture in grey shows through, colours say how much attention a place gets. */
function overlay(image: RgbImage, map: Float32Array, grid: readonly [number, number]): RgbImage {
  const { width, height } = image;
  const fitted = fitMap(map, grid, width, height);
  const top = fitted.reduce((largest, share) => Math.max(largest, share), 0);
  const data = new Uint8Array(width * height * 3);
  fitted.forEach((share, pixel) => {
    const at = pixel * 3;
    const grey = 0.299 * image.data[at]! + 0.587 * image.data[at + 1]! + 0.114 * image.data[at + 2]!;
    const colour = heatColour(top === 0 ? 0 : share / top);
    for (let c = 0; c < 3; c++) data[at + c] = 0.4 * grey + 0.6 * colour[c]!;
  });
  return { width, height, data };
}

export interface AttentionSheetOptions {
  /** Latents shown, those that look most narrowly first; 62 by default, all if there are fewer. */
  readonly latents?: number;
  /** Width of a tile in pixels; 112 by default. */
  readonly tileWidth?: number;
}

/**
 * A contact sheet of attention maps: the picture, the mean over all latents, then latents with their numbers, each map bright at its own maximum
 * (Perceiver, figure 3).
 */
export async function attentionSheet(
  { image, grid, maps, mean, narrowest }: AttentionMaps,
  { latents = 62, tileWidth = 112 }: AttentionSheetOptions = {},
): Promise<RgbImage> {
  const tileHeight = Math.max(1, Math.round((tileWidth * image.height) / image.width));
  const small = await resizeWithSharp(image, tileWidth, tileHeight);
  const places = grid[0] * grid[1];
  const shown = narrowest.slice(0, latents);
  const tiles = [small, overlay(small, mean, grid)];
  for (const latent of shown) {
    const tile = overlay(small, maps.subarray(latent * places, (latent + 1) * places), grid);
    drawNumber(tile, latent, 2, 2);
    tiles.push(tile);
  }
  const columns = Math.ceil(Math.sqrt(tiles.length));
  const rows = Array.from({ length: Math.ceil(tiles.length / columns) }, (_, i) =>
    tiles.slice(i * columns, (i + 1) * columns),
  );
  return pictureSheet(rows);
}
