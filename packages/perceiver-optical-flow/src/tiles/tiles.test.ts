import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowStitcher } from './flow-stitcher.js';
import { tileCorners } from './tile-corners.js';
import { tileWeights } from './tile-weights.js';

describe('tiles', () => {
  it('are those of the paper for Sintel', () => {
    const corners = tileCorners([436, 1024], [368, 496]);
    expect(corners.map(String)).toEqual(['0,0', '0,476', '0,528', '68,0', '68,476', '68,528']);
  });

  it('cover every pixel, stay inside and overlap enough, whatever the size', () => {
    const axis = fc.record({ tile: fc.integer({ min: 2, max: 40 }), more: fc.integer({ min: 0, max: 150 }) });
    fc.assert(
      fc.property(axis, axis, fc.nat(39), (rows, columns, wish) => {
        const overlap = Math.min(wish, rows.tile - 1, columns.tile - 1);
        const image = [rows.tile + rows.more, columns.tile + columns.more] as const;
        const corners = tileCorners(image, [rows.tile, columns.tile], overlap);
        for (const [size, tile, index] of [
          [image[0], rows.tile, 0],
          [image[1], columns.tile, 1],
        ] as const) {
          const starts = [...new Set(corners.map((corner) => corner[index]))].sort((a, b) => a - b);
          expect(starts[0]).toBe(0);
          expect(starts.at(-1)).toBe(size - tile);
          for (let i = 1; i < starts.length; i++) {
            expect(starts[i - 1]! + tile - starts[i]!).toBeGreaterThanOrEqual(overlap);
          }
        }
      }),
    );
  });

  it('refuse images smaller than a tile and overlaps as large as one', () => {
    expect(() => tileCorners([7, 30], [8, 10], 3)).toThrow('expected an image of at least 8 pixels, got 7');
    expect(() => tileCorners([30, 30], [8, 10], 8)).toThrow('expected an overlap from 0 to below');
  });

  it('count less towards their edges', () => {
    expect([...tileWeights([3, 5])]).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
  });

  it('give back the flow that they were cut from', () => {
    const [height, width] = [23, 31];
    const tile = [8, 10] as const;
    const whole = Float32Array.from({ length: height * width * 2 }, (_, i) => Math.sin(i) * 30);
    const stitcher = flowStitcher([height, width], tile);
    for (const [y, x] of tileCorners([height, width], tile, 3)) {
      const piece = new Float32Array(tile[0] * tile[1] * 2);
      for (let row = 0; row < tile[0]; row++) {
        const start = ((y + row) * width + x) * 2;
        piece.set(whole.subarray(start, start + tile[1] * 2), row * tile[1] * 2);
      }
      stitcher.add(piece, y, x);
    }
    const { data } = stitcher.result();
    expect(Math.max(...data.map((value, i) => Math.abs(value - whole[i]!)))).toBeLessThan(1e-5);
  });

  it('must cover the image', () => {
    const stitcher = flowStitcher([8, 12], [8, 10]);
    stitcher.add(new Float32Array(160), 0, 0);
    expect(() => stitcher.result()).toThrow('expected tiles over every pixel');
    expect(() => stitcher.add(new Float32Array(160), 0, 3)).toThrow('expected a tile inside 8 x 12, got one at 0, 3');
  });
});
