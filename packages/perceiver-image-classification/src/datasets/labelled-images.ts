import type { RgbImage } from 'perceiver-image-files';

/** A picture and its class. */
export interface LabelledImage {
  readonly image: RgbImage;
  /** Index of the class. */
  readonly label: number;
  /** Where it is, for messages. */
  readonly name: string;
}

/** Pictures with their classes, in a fixed order. */
export interface LabelledImages {
  readonly size: number;
  images(): AsyncIterable<LabelledImage>;
}
