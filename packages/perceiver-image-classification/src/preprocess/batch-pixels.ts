import { ModelError } from 'perceiver-core';
import type { RgbImage } from 'perceiver-image-files';
import { type ImageProcessorOptions, normalizeImage } from './image-processor.js';

/** Pixels of a batch, and their shape. */
export interface PixelBatch {
  /** `[batch, height, width, colours]`, flat. */
  readonly pixels: Float32Array;
  readonly shape: readonly [batch: number, height: number, width: number, colours: number];
}

/**
 * Numbers of fitted pictures one after the other.
 *
 * @throws ModelError for pictures of several sizes, which a processor that does not resize leaves
 */
export function batchPixels(
  images: readonly RgbImage[],
  processor: ImageProcessorOptions,
  colours: number,
): PixelBatch {
  const { height, width } = images[0]!;
  const size = height * width * colours;
  const pixels = new Float32Array(images.length * size);
  images.forEach((image, i) => {
    if (image.height !== height || image.width !== width) {
      throw new ModelError(
        `expected pictures of one size in a batch, got ${width} x ${height} and ${image.width} x ${image.height}; the model's processor does not resize, so take a batch size of 1`,
      );
    }
    pixels.set(normalizeImage(image, processor), i * size);
  });
  return { pixels, shape: [images.length, height, width, colours] };
}
