import type { RgbImage } from 'perceiver-image-files';

/** What shows where the source has no pixel: the middle grey of AutoAugment. */
export const FILL = 128;

/** Coefficients a to f: the source of pixel (x, y) is (a x + b y + c, d x + e y + f), in pixels, edges at whole numbers. */
export type AffineMatrix = readonly [number, number, number, number, number, number];

const FRACTION = 65536;
const fixed = (value: number): number => Math.floor(value * FRACTION + 0.5);

/** An image filled with grey, to draw on. */
function filled({ width, height }: RgbImage): Uint8Array {
  return new Uint8Array(width * height * 3).fill(FILL);
}

function copyPixel(from: Uint8Array, source: number, to: Uint8Array, target: number): void {
  to[target] = from[source]!;
  to[target + 1] = from[source + 1]!;
  to[target + 2] = from[source + 2]!;
}

/**
 * Takes the nearest pixel of the source for each pixel, as Pillow does: in 16-bit fixed point, the half pixel of the centre within the
 * constant, which is rounded once.
 */
export function affine(image: RgbImage, [a, b, c, d, e, f]: AffineMatrix): RgbImage {
  const { width, height, data } = image;
  const target = filled(image);
  const [endX, endY] = [width * FRACTION, height * FRACTION];
  const [stepX, stepY, rowX, rowY] = [fixed(a), fixed(d), fixed(b), fixed(e)];
  let startX = fixed(c + a * 0.5 + b * 0.5);
  let startY = fixed(f + d * 0.5 + e * 0.5);
  for (let y = 0, at = 0; y < height; y++, startX += rowX, startY += rowY) {
    let [sourceX, sourceY] = [startX, startY];
    for (let x = 0; x < width; x++, at += 3, sourceX += stepX, sourceY += stepY) {
      if (sourceX < 0 || sourceX >= endX || sourceY < 0 || sourceY >= endY) continue;
      const [column, row] = [Math.trunc(sourceX / FRACTION), Math.trunc(sourceY / FRACTION)];
      copyPixel(data, (row * width + column) * 3, target, at);
    }
  }
  return { width, height, data: target };
}

/** Moves content left by `right` and up by `down` pixels, both possibly negative or broken; the nearest pixel is found in floating point. */
export function translate(image: RgbImage, right: number, down: number): RgbImage {
  const { width, height, data } = image;
  const target = filled(image);
  const columns = sources(width, right);
  const rows = sources(height, down);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      if (columns[x]! >= 0 && rows[y]! >= 0) copyPixel(data, (rows[y]! * width + columns[x]!) * 3, target, at);
    }
  }
  return { width, height, data: target };
}

/** Index of the source of each of `size` pixels of an axis; -1 outside. */
function sources(size: number, offset: number): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => {
    const source = offset + 0.5 + i;
    return source < 0 || source >= size ? -1 : Math.trunc(source);
  });
}

/** Shears along rows: content moves left by `factor` pixels for each row down, where it is positive. */
export const shearX = (image: RgbImage, factor: number): RgbImage => affine(image, [1, factor, 0, 0, 1, 0]);

/** Shears along columns: content moves up by `factor` pixels for each column to the right, where it is positive. */
export const shearY = (image: RgbImage, factor: number): RgbImage => affine(image, [1, 0, 0, factor, 1, 0]);

/** Turns counter-clockwise about the middle. Half turns, and quarter turns of square pictures, move pixels exactly. */
export function rotate(image: RgbImage, degrees: number): RgbImage {
  const { width, height } = image;
  const turn = ((degrees % 360) + 360) % 360;
  if (turn === 0) return image;
  if (turn === 180) return rearrange(image, (x, y) => [width - 1 - x, height - 1 - y]);
  if (turn === 90 && width === height) return rearrange(image, (x, y) => [width - 1 - y, x]);
  if (turn === 270 && width === height) return rearrange(image, (x, y) => [y, height - 1 - x]);
  const angle = -(turn * Math.PI) / 180;
  const round = (value: number) => Number(value.toFixed(15));
  const [cosine, sine, minusSine] = [round(Math.cos(angle)), round(Math.sin(angle)), round(-Math.sin(angle))];
  const [centreX, centreY] = [width / 2, height / 2];
  const c = cosine * -centreX + sine * -centreY + centreX;
  const f = minusSine * -centreX + cosine * -centreY + centreY;
  return affine(image, [cosine, sine, c, minusSine, cosine, f]);
}

function rearrange(image: RgbImage, sourceOf: (x: number, y: number) => [number, number]): RgbImage {
  const { width, height, data } = image;
  const target = new Uint8Array(data.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const [column, row] = sourceOf(x, y);
      copyPixel(data, (row * width + column) * 3, target, at);
    }
  }
  return { width, height, data: target };
}
