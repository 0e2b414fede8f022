import { type RgbImage, resizeWithSharp } from 'perceiver-image-files';
import type { HostRandom } from 'perceiver-training/random';
import type { ReadPartOptions } from '../datasets/image-reader.js';
import { centreRectangle } from '../preprocess/centre-crop.js';
import { type CropBox, cropBoxOf, mirrorBox, type PixelRectangle } from '../preprocess/crop-box.js';
import { cutRectangle } from '../preprocess/cut-rectangle.js';
import { resizeBicubic } from '../preprocess/resize-bicubic.js';
import { type ColourJitterOptions, colourJitter } from './colour-jitter.js';
import { type InceptionCropOptions, inceptionCrop } from './inception-crop.js';
import { mirror } from './mirror.js';
import { type RandAugmentOptions, randAugment } from './rand-augment.js';

/** Random changes of a picture, in the order in which they are made; what is not named is not done. */
export interface ImageAugmentation {
  /** A random part of the picture, stretched to the wanted size. */
  readonly inceptionCrop?: InceptionCropOptions;
  /** Moves the picture, in its final size, by up to this many pixels in both directions, black moving in (CIFAR: 4). */
  readonly shift?: number;
  /** Probability of exchanging left and right. */
  readonly mirror?: number;
  readonly colourJitter?: ColourJitterOptions;
  readonly randAugment?: RandAugmentOptions;
}

/** The paper's on ImageNet: inception crop, mirroring, RandAugment of 4 layers and magnitude 5. */
export const IMAGENET_AUGMENTATION: ImageAugmentation = { inceptionCrop: {}, mirror: 0.5, randAugment: {} };

/** What is usual for pictures as small as CIFAR's. */
export const SMALL_PICTURE_AUGMENTATION: ImageAugmentation = { shift: 4, mirror: 0.5 };

export interface PrepareImageOptions {
  /** Height and width of the result. */
  readonly size: readonly [number, number];
  /** Random changes; none by default. */
  readonly augment?: ImageAugmentation;
  /** Without an inception crop: share of the short side that is kept, in the middle; `false` (the default) stretches the whole picture. */
  readonly centre?: number | false;
  /** `pillow` (the default) equals Pillow's bicubic resize bit for bit; `sharp` is sharp's own cubic resize. */
  readonly resize?: 'pillow' | 'sharp';
}

/** A picture in its final size, and where it was in the whole. */
export interface PreparedImage {
  readonly image: RgbImage;
  readonly box: CropBox;
}

/**
 * Crops, resizes and changes a picture as training wants it. The same random numbers give the same bytes.
 *
 * @throws RangeError for options out of range
 */
export async function prepareImage(
  image: RgbImage,
  random: HostRandom,
  options: PrepareImageOptions,
): Promise<PreparedImage> {
  const read = async ({ part, size }: ReadPartOptions): Promise<RgbImage> => {
    const chosen = part?.(image);
    const cut = chosen === undefined ? image : cutRectangle(image, chosen);
    if (size === undefined || (cut.width === size.width && cut.height === size.height)) return cut;
    return resizeWithSharp(cut, size.width, size.height);
  };
  return prepareRead(read, random, options);
}

/**
 * The same for a picture that is yet to be read: only its part is, and with sharp's resize decoding, cutting and resizing are one step.
 *
 * @param read gives the part of the picture, of which `part` is told the whole size, in the size that is asked for, or its own
 */
export async function prepareRead(
  read: (options: ReadPartOptions) => Promise<RgbImage>,
  random: HostRandom,
  { size: [height, width], augment = {}, centre = false, resize = 'pillow' }: PrepareImageOptions,
): Promise<PreparedImage> {
  let box: CropBox = [-1, -1, 1, 1];
  let result = await read({
    part: (whole) => {
      const part = partOf(whole, random, augment, centre);
      if (part !== undefined) box = cropBoxOf(part, whole);
      return part;
    },
    ...(resize === 'sharp' ? { size: { width, height } } : {}),
  });
  if (result.width !== width || result.height !== height) result = resizeBicubic(result, width, height);
  if (augment.shift !== undefined && augment.shift > 0) {
    const offset = () => random.integer(2 * augment.shift! + 1) - augment.shift!;
    const moved = { left: offset(), top: offset(), width, height };
    result = cutRectangle(result, moved);
    box = within(box, cropBoxOf(moved, { width, height }));
  }
  if (augment.mirror !== undefined && random.uniform() < augment.mirror) {
    result = mirror(result);
    box = mirrorBox(box);
  }
  if (augment.colourJitter !== undefined) result = colourJitter(result, random, augment.colourJitter);
  if (augment.randAugment !== undefined) result = randAugment(result, random, augment.randAugment);
  return { image: result, box };
}

function partOf(
  whole: { readonly width: number; readonly height: number },
  random: HostRandom,
  augment: ImageAugmentation,
  centre: number | false,
): PixelRectangle | undefined {
  if (augment.inceptionCrop !== undefined) return inceptionCrop(whole, random, augment.inceptionCrop);
  if (centre === false) return undefined;
  const side = Math.max(1, Math.trunc(centre * Math.min(whole.width, whole.height)));
  return centreRectangle(whole, side, side);
}

/** The box, in the whole picture, of a part of a part. */
function within(outer: CropBox, inner: CropBox): CropBox {
  const place = (from: number, to: number, at: number) => from + ((at + 1) / 2) * (to - from);
  const [top, left, bottom, right] = outer;
  return [
    place(top, bottom, inner[0]),
    place(left, right, inner[1]),
    place(top, bottom, inner[2]),
    place(left, right, inner[3]),
  ];
}
