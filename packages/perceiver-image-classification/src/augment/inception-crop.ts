import type { HostRandom } from 'perceiver-training/random';
import type { PixelRectangle } from '../preprocess/crop-box.js';

export interface InceptionCropOptions {
  /** Least and largest share of the picture's area; 0.08 and 1 by default. */
  readonly area?: readonly [number, number];
  /** Least and largest width over height; 3/4 and 4/3 by default. */
  readonly aspect?: readonly [number, number];
}

/** Draws until a rectangle fits; what the field uses. */
const ATTEMPTS = 10;

/**
 * A random rectangle of a picture, uniform in area and in the logarithm of its proportions (Szegedy et al., 2015, as torchvision's
 * `RandomResizedCrop` draws it). Where ten draws do not fit, the largest of allowed proportions in the middle.
 *
 * @throws RangeError for ranges that are none
 */
export function inceptionCrop(
  whole: { readonly width: number; readonly height: number },
  random: HostRandom,
  { area = [0.08, 1], aspect = [3 / 4, 4 / 3] }: InceptionCropOptions = {},
): PixelRectangle {
  const { width: fullWidth, height: fullHeight } = whole;
  if (!(area[0] > 0 && area[0] <= area[1] && area[1] <= 1 && aspect[0] > 0 && aspect[0] <= aspect[1])) {
    throw new RangeError(
      `inception crop: expected areas 0 < least <= most <= 1 and proportions 0 < least <= most, got ${area} and ${aspect}`,
    );
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const pixels = fullWidth * fullHeight * (area[0] + random.uniform() * (area[1] - area[0]));
    const proportion = Math.exp(Math.log(aspect[0]) + random.uniform() * (Math.log(aspect[1]) - Math.log(aspect[0])));
    const width = Math.round(Math.sqrt(pixels * proportion));
    const height = Math.round(Math.sqrt(pixels / proportion));
    if (width > 0 && width <= fullWidth && height > 0 && height <= fullHeight) {
      const top = random.integer(fullHeight - height + 1);
      const left = random.integer(fullWidth - width + 1);
      return { left, top, width, height };
    }
  }
  const proportion = Math.min(aspect[1], Math.max(aspect[0], fullWidth / fullHeight));
  const width = Math.max(1, Math.min(fullWidth, Math.round(fullHeight * proportion)));
  const height = Math.max(1, Math.min(fullHeight, Math.round(fullWidth / proportion)));
  return { left: (fullWidth - width) >> 1, top: (fullHeight - height) >> 1, width, height };
}
