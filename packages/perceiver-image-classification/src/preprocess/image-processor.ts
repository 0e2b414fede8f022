import { type RgbImage, resizeWithSharp } from 'perceiver-image-files';
import { centreCrop } from './centre-crop.js';
import { type PillowFilter, resizePillow } from './resize-pillow.js';

/** How a picture becomes numbers. The defaults are the released models'. */
export interface ImageProcessorOptions {
  /** Height and width that the model gets; 224 x 224 by default. */
  readonly size?: readonly [number, number];
  /**
   * Of the short side, `size / cropSize` is kept, in the middle, for each axis; `false` keeps the whole picture. By default 7/8 of the
   * short side is kept, which is 224 of 256.
   */
  readonly cropSize?: readonly [number, number] | false;
  /**
   * The whole picture is resized until its short side has so many pixels, then `size` of its middle is taken, as torchvision does:
   * `cropSize` does not count. By default the picture is cropped first.
   */
  readonly shortSide?: number;
  /** `bicubic` by default; `bilinear` for torchvision's models. It does not count for sharp's resize. */
  readonly filter?: PillowFilter;
  /**
   * `pillow` equals Hugging Face's processor bit for bit; `sharp` is sharp's own cubic resize, faster on large pictures; `false` leaves
   * pictures in the size that cropping gave, for models that take any. `pillow` by default.
   */
  readonly resize?: 'pillow' | 'sharp' | false;
  /** What bytes are multiplied with before the mean is taken off; 1 / 255 by default. */
  readonly rescaleFactor?: number;
  /** Mean and deviation of each colour, of numbers in [0, 1]; ImageNet's by default. */
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** Mean and deviation of ImageNet's colours, of numbers in [0, 1]. */
export const IMAGENET_MEAN: readonly number[] = [0.485, 0.456, 0.406];
export const IMAGENET_STD: readonly number[] = [0.229, 0.224, 0.225];
const USUAL_SHARE = 224 / 256;

/** Crops and resizes a picture for a model, still as bytes. */
export async function fitImage(image: RgbImage, options: ImageProcessorOptions = {}): Promise<RgbImage> {
  const { size: [height, width] = [224, 224], resize = 'pillow', filter = 'bicubic', cropSize, shortSide } = options;
  const resizeTo = (picture: RgbImage, columns: number, rows: number) =>
    resize === false
      ? picture
      : resize === 'sharp'
        ? resizeWithSharp(picture, columns, rows)
        : resizePillow(picture, columns, rows, filter);
  if (shortSide !== undefined) {
    const short = Math.min(image.width, image.height);
    const [columns, rows] = [image.width, image.height].map((side) => Math.floor((shortSide * side) / short));
    return centreCrop(await resizeTo(image, columns!, rows!), width, height, roundHalfEven);
  }
  // At least one pixel is left, where Hugging Face's processor fails.
  const kept = (share: number): number => Math.max(1, Math.trunc(share * Math.min(image.height, image.width)));
  const [rows, columns] = cropSize ? [height / cropSize[0], width / cropSize[1]] : [USUAL_SHARE, USUAL_SHARE];
  const cropped = cropSize === false ? image : centreCrop(image, kept(columns), kept(rows));
  return resizeTo(cropped, width, height);
}

/** Python's `round`. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(value);
}

/**
 * Numbers of a picture for a model: scaled, mean taken off, divided by the deviation, each step rounded as Hugging Face's processor does.
 * With one mean the picture becomes grey first (ITU-R 601, rounded as Pillow does).
 *
 * @returns `[height, width, colours]`, flat
 */
export function normalizeImage(
  { data }: RgbImage,
  { mean = IMAGENET_MEAN, std = IMAGENET_STD, rescaleFactor = 1 / 255 }: ImageProcessorOptions = {},
): Float32Array {
  const colours = mean.length;
  if (!(colours === 1 || colours === 3) || std.length !== colours) {
    throw new RangeError(
      `image processor: expected 1 or 3 means and as many deviations, got ${colours} and ${std.length}`,
    );
  }
  // A byte has 256 values: each colour's are worked out once.
  const tables = mean.map((centre, colour) => {
    const deviation = Math.fround(std[colour]!);
    return Float32Array.from({ length: 256 }, (_, byte) => {
      const scaled = Math.fround(byte * rescaleFactor);
      return Math.fround(scaled - Math.fround(centre)) / deviation;
    });
  });
  if (colours === 1) {
    const grey = (i: number) => (data[i]! * 19595 + data[i + 1]! * 38470 + data[i + 2]! * 7471 + 0x8000) >> 16;
    return Float32Array.from({ length: data.length / 3 }, (_, i) => tables[0]![grey(3 * i)]!);
  }
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    values[i] = red[data[i]!]!;
    values[i + 1] = green[data[i + 1]!]!;
    values[i + 2] = blue[data[i + 2]!]!;
  }
  return values;
}

/** Crop, resize, normalise: a picture as a model takes it, `[height, width, 3]` flat (Hugging Face's `PerceiverImageProcessor`). */
export async function processImage(image: RgbImage, options: ImageProcessorOptions = {}): Promise<Float32Array> {
  return normalizeImage(await fitImage(image, options), options);
}
