import type { RgbImage } from 'perceiver-image-files';

/** Pixels between pictures. */
const GAP = 4;

/**
 * Pictures of one size in rows beside each other, on white.
 *
 * @param rows pictures from left to right, rows from top to bottom; rows may be of different lengths
 */
export function pictureSheet(rows: readonly (readonly RgbImage[])[]): RgbImage {
  const { width, height } = rows[0]![0]!;
  const columns = Math.max(...rows.map((row) => row.length));
  const sheet = {
    width: columns * (width + GAP) - GAP,
    height: rows.length * (height + GAP) - GAP,
  };
  const data = new Uint8Array(sheet.width * sheet.height * 3).fill(255);
  rows.forEach((row, down) => {
    row.forEach((picture, across) => {
      if (picture.width !== width || picture.height !== height) {
        throw new RangeError(
          `pictureSheet: expected pictures of ${width} x ${height}, got ${picture.width} x ${picture.height}`,
        );
      }
      for (let y = 0; y < height; y++) {
        const to = ((down * (height + GAP) + y) * sheet.width + across * (width + GAP)) * 3;
        data.set(picture.data.subarray(y * width * 3, (y + 1) * width * 3), to);
      }
    });
  });
  return { ...sheet, data };
}
