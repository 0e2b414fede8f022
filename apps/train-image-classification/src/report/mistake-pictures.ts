import type { ImageDataset } from 'perceiver-image-classification';
import { pictureSheet, type RgbImage, resizeWithSharp } from 'perceiver-image-files';
import type { Mistake } from './predictions.js';

/** A mistake with its picture. */
export interface MistakePicture {
  readonly mistake: Mistake;
  readonly image: RgbImage;
}

/** Longest side of a picture in the report; smaller ones are shown larger by the page. */
const LONGEST_SIDE = 160;

/** Reads the pictures of mistakes, none larger than a page needs. */
export async function mistakePictures(dataset: ImageDataset, mistakes: readonly Mistake[]): Promise<MistakePicture[]> {
  return Promise.all(
    mistakes.map(async (mistake) => {
      const { image } = await dataset.read(mistake.index);
      const scale = LONGEST_SIDE / Math.max(image.width, image.height);
      if (scale >= 1) return { mistake, image };
      const side = (size: number) => Math.max(1, Math.round(size * scale));
      return { mistake, image: await resizeWithSharp(image, side(image.width), side(image.height)) };
    }),
  );
}

/** All on one sheet, as squares in rows of eight. */
export async function mistakeSheet(pictures: readonly MistakePicture[], side = 64): Promise<RgbImage> {
  const squares = await Promise.all(pictures.map(({ image }) => resizeWithSharp(image, side, side)));
  const rows = Array.from({ length: Math.ceil(squares.length / 8) }, (_, i) => squares.slice(8 * i, 8 * i + 8));
  return pictureSheet(rows);
}
