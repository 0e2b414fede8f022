import { type RgbImage, readImage } from 'perceiver-image-files';

/** Where a picture is: plain data, which another thread can take. */
export type ImagePlace =
  | { readonly kind: 'pixels'; readonly image: RgbImage }
  /** A picture file. */
  | { readonly kind: 'file'; readonly path: string };

/** Reads pictures from their places, with few files open at a time. */
export interface ImageReader {
  /**
   * Reads and decodes a picture.
   *
   */
  image(place: ImagePlace): Promise<RgbImage>;
  /** Closes what is open. */
  close(): Promise<void>;
}

/** A reader with its own open files. */
export function imageReader(): ImageReader {
  return {
    async image(place) {
      if (place.kind === 'pixels') return place.image;
      return readImage(place.path);
    },
    close: async () => {},
  };
}
