/**
 * Where the edges of a picture's part lie in the whole picture: top, left, bottom, right, each from -1 at the whole's top or left edge to 1
 * at the other. Left and right are exchanged where the part is mirrored; beyond -1 and 1 lies what was padded.
 */
export type CropBox = readonly [top: number, left: number, bottom: number, right: number];

/** A part of a picture in whole pixels. */
export interface PixelRectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The box of a rectangle in a picture of a width and height. */
export function cropBoxOf(
  { left, top, width, height }: PixelRectangle,
  whole: { width: number; height: number },
): CropBox {
  const place = (pixels: number, size: number) => (2 * pixels) / size - 1;
  return [
    place(top, whole.height),
    place(left, whole.width),
    place(top + height, whole.height),
    place(left + width, whole.width),
  ];
}

/** The box of the mirrored part. */
export const mirrorBox = ([top, left, bottom, right]: CropBox): CropBox => [top, right, bottom, left];
