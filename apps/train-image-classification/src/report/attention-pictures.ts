import { attentionSheet, type ImageClassifierPredictor, type ImageDataset } from 'perceiver-image-classification';
import { encodePng, type RgbImage } from 'perceiver-image-files';

/** A picture's attention maps. */
export interface AttentionPicture {
  readonly index: number;
  readonly label: number;
  /** Class that it was taken for, if another. */
  readonly takenFor?: number;
  readonly sheet: RgbImage;
}

/** Latents in a sheet, beside the picture and the mean. */
const LATENTS = 14;
const TILE_WIDTH = 84;

/** Sheets of where the latents look in pictures of a data set. */
export async function attentionPictures(
  predictor: ImageClassifierPredictor,
  dataset: ImageDataset,
  wanted: readonly Pick<AttentionPicture, 'index' | 'takenFor'>[],
): Promise<AttentionPicture[]> {
  const pictures: AttentionPicture[] = [];
  for (const { index, takenFor } of wanted) {
    const { image, label } = await dataset.read(index);
    const maps = await predictor.attend(await encodePng(image));
    const sheet = await attentionSheet(maps, { latents: LATENTS, tileWidth: TILE_WIDTH });
    pictures.push({ index, label, takenFor, sheet });
  }
  return pictures;
}
