import type { RgbImage } from 'perceiver-image-files';
import { type ImagePlace, imageReader } from './image-reader.js';

/** A picture and its class. */
export interface LabelledImage {
  readonly image: RgbImage;
  /** Index of the class. */
  readonly label: number;
  /** Where it is, for messages. */
  readonly name: string;
}

/** A picture that is yet to be read: plain data, which another thread can take. */
export interface ImageRecord {
  readonly place: ImagePlace;
  /** Index of the class. */
  readonly label: number;
  /** Where it is, for messages. */
  readonly name: string;
}

/** What a data set of pictures is made of. */
export interface ImageDatasetParts {
  /** Pictures. */
  readonly size: number;
  /** Names of the classes by index. */
  readonly classes: readonly string[];
  /**
   * First pictures of stretches that are read as a whole, where reading one picture reads its neighbours too (row groups of parquet). To
   * mix the order within several stretches at a time is then much cheaper than to mix all.
   */
  readonly blocks?: readonly number[];
  /** Where a picture is, without reading it. The index is below `size`. */
  record(index: number): ImageRecord;
}

/** Pictures with their classes, in a fixed order, each readable alone. */
export interface ImageDataset extends ImageDatasetParts {
  /**
   * Reads and decodes a picture.
   *
   * @throws RangeError for an index outside the data set, ImageDataError and ImageFileError for a picture that cannot be read
   */
  read(index: number): Promise<LabelledImage>;
  /** Closes files that `read` opened. */
  close(): Promise<void>;
}

/** A data set of its parts. */
export function imageDataset(parts: ImageDatasetParts): ImageDataset {
  const reader = imageReader();
  const { size } = parts;
  const record = (index: number): ImageRecord => {
    if (!(Number.isInteger(index) && index >= 0 && index < size)) {
      throw new RangeError(`image data set: expected an index from 0 to ${size - 1}, got ${index}`);
    }
    return parts.record(index);
  };
  return {
    ...parts,
    record,
    read: async (index) => {
      const { place, label, name } = record(index);
      return { image: await reader.image(place, name), label, name };
    },
    close: () => reader.close(),
  };
}
