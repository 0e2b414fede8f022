/** Height and width in pixels. */
export type Size = readonly [height: number, width: number];

/** Pixels that neighbouring tiles share at least, as in the paper's evaluation. */
export const MIN_OVERLAP = 20;

function starts(length: number, tile: number, overlap: number): number[] {
  if (!(Number.isSafeInteger(tile) && Number.isSafeInteger(overlap) && overlap >= 0 && overlap < tile)) {
    throw new RangeError(`tileCorners: expected an overlap from 0 to below the tile's ${tile}, got ${overlap}`);
  }
  if (!(Number.isSafeInteger(length) && length >= tile)) {
    throw new RangeError(`tileCorners: expected an image of at least ${tile} pixels, got ${length}; pad it first`);
  }
  const found = new Set<number>();
  for (let start = 0; start < length; start += tile - overlap) found.add(Math.min(start, length - tile));
  return [...found];
}

/**
 * Upper left corners of tiles that cover an image, row by row. Tiles that would leave the image are moved inside, so the last ones
 * end at its border (PARITY, section 2.5).
 *
 * @param minOverlap pixels that neighbours share at least
 */
export function tileCorners(image: Size, tile: Size, minOverlap = MIN_OVERLAP): [y: number, x: number][] {
  const columns = starts(image[1], tile[1], minOverlap);
  return starts(image[0], tile[0], minOverlap).flatMap((y) => columns.map((x): [number, number] => [y, x]));
}
