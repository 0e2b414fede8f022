import { expect, it } from 'vitest';
import { pictureSheet } from './picture-sheet.js';

const plain = (width: number, height: number, value: number) => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(value),
});

it('lays pictures in rows, white between and behind them', () => {
  const { width, height, data } = pictureSheet([[plain(2, 1, 10), plain(1, 1, 20)], [plain(3, 2, 30)]], { gap: 1 });
  expect([width, height]).toEqual([4, 4]);
  const red = Array.from({ length: 4 }, (_, y) => Array.from({ length: 4 }, (_, x) => data[(y * 4 + x) * 3]));
  expect(red).toEqual([
    [10, 10, 255, 20],
    [255, 255, 255, 255],
    [30, 30, 30, 255],
    [30, 30, 30, 255],
  ]);
});

it('needs pictures, of one height in a row', () => {
  expect(() => pictureSheet([])).toThrow('expected pictures, got none');
  expect(() => pictureSheet([[plain(1, 1, 0), plain(1, 2, 0)]])).toThrow('height 1 in row 0, got 2');
});
