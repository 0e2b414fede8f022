import { ImageFileError } from './image-file-error.js';
import type { RgbImage } from './rgb-image.js';

/** Pixels between pictures. */
const GAP = 4;

/**
 * Pictures in rows beside each other, on white. Those of one row have one height.
 *
 * @param rows pictures from left to right, rows from top to bottom
 * @throws ImageFileError where there are none, or those of a row differ in height
 */
export function pictureSheet(rows: readonly (readonly RgbImage[])[], { gap = GAP } = {}): RgbImage {
  const heights = rows.map((row) => row[0]?.height ?? 0);
  const width = Math.max(...rows.map((row) => row.reduce((sum, picture) => sum + picture.width + gap, -gap)));
  const height = heights.reduce((sum, own) => sum + own + gap, -gap);
  if (!(width > 0 && height > 0)) throw new ImageFileError('pictureSheet: expected pictures, got none');
  const data = new Uint8Array(width * height * 3).fill(255);
  let top = 0;
  rows.forEach((row, index) => {
    let left = 0;
    for (const picture of row) {
      if (picture.height !== heights[index]) {
        throw new ImageFileError(
          `pictureSheet: expected pictures of height ${heights[index]} in row ${index}, got ${picture.height}`,
        );
      }
      for (let y = 0; y < picture.height; y++) {
        const line = picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
        data.set(line, ((top + y) * width + left) * 3);
      }
      left += picture.width + gap;
    }
    top += heights[index]! + gap;
  });
  return { width, height, data };
}
