import type { FlowField } from '../flow-field.js';
import type { Size } from './tile-corners.js';
import { tileWeights } from './tile-weights.js';

/** Joins the flow of tiles. */
export interface FlowStitcher {
  /** Adds a tile whose upper left corner is at row `y` and column `x`; `flow` `[tile height, tile width, 2]`. */
  add(flow: Float32Array, y: number, x: number): void;
  /** The average of the tiles, weighted by `tileWeights`. Throws a RangeError when a pixel has no tile. */
  result(): FlowField;
}

/** Averages overlapping tiles as they come, with memory for one image whatever their number. */
export function flowStitcher([height, width]: Size, tile: Size): FlowStitcher {
  const [tileHeight, tileWidth] = tile;
  const weights = tileWeights(tile);
  const sums = new Float32Array(height * width * 2);
  const totals = new Float32Array(height * width);
  return {
    add: (flow, y, x) => {
      if (y < 0 || x < 0 || y + tileHeight > height || x + tileWidth > width) {
        throw new RangeError(`flowStitcher: expected a tile inside ${height} x ${width}, got one at ${y}, ${x}`);
      }
      for (let row = 0; row < tileHeight; row++) {
        for (let column = 0; column < tileWidth; column++) {
          const from = row * tileWidth + column;
          const to = (y + row) * width + x + column;
          const weight = weights[from]!;
          sums[2 * to] = sums[2 * to]! + weight * flow[2 * from]!;
          sums[2 * to + 1] = sums[2 * to + 1]! + weight * flow[2 * from + 1]!;
          totals[to] = totals[to]! + weight;
        }
      }
    },
    result: () => {
      const data = new Float32Array(sums.length);
      for (let i = 0; i < totals.length; i++) {
        const total = totals[i]!;
        if (total === 0) throw new RangeError('flowStitcher: expected tiles over every pixel, some have none');
        data[2 * i] = sums[2 * i]! / total;
        data[2 * i + 1] = sums[2 * i + 1]! / total;
      }
      return { width, height, data };
    },
  };
}
