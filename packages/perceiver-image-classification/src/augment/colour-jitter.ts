import type { RgbImage } from 'perceiver-image-files';
import type { HostRandom } from 'perceiver-training/random';
import { brightness, color, contrast } from './operations/enhance.js';
import { hue } from './operations/hue.js';

/** How far colours may be changed, as torchvision's `ColorJitter`; 0 leaves them. */
export interface ColourJitterOptions {
  /** Factors come from `max(0, 1 - value)` to `1 + value`. */
  readonly brightness?: number;
  readonly contrast?: number;
  readonly saturation?: number;
  /** Hues turn by up to this share of the circle, either way; at most 0.5. */
  readonly hue?: number;
}

/**
 * Changes brightness, contrast, saturation and hue by random amounts, in random order.
 *
 * @throws RangeError for negative amounts and hues beyond 0.5
 */
export function colourJitter(image: RgbImage, random: HostRandom, options: ColourJitterOptions): RgbImage {
  const amounts = { brightness: 0, contrast: 0, saturation: 0, hue: 0, ...options };
  for (const [name, amount] of Object.entries(amounts)) {
    if (!(amount >= 0 && (name !== 'hue' || amount <= 0.5))) {
      throw new RangeError(
        `colour jitter: expected ${name} of 0 or more${name === 'hue' ? ' up to 0.5' : ''}, got ${amount}`,
      );
    }
  }
  const factor = (amount: number) => {
    const least = Math.max(0, 1 - amount);
    return least + random.uniform() * (1 + amount - least);
  };
  // All are drawn, so that the draws of one do not depend on whether another is wanted.
  const factors = [factor(amounts.brightness), factor(amounts.contrast), factor(amounts.saturation)] as const;
  const turn = (2 * random.uniform() - 1) * amounts.hue;
  const changes = [
    (picture: RgbImage) => brightness(picture, factors[0]),
    (picture: RgbImage) => contrast(picture, factors[1]),
    (picture: RgbImage) => color(picture, factors[2]),
    (picture: RgbImage) => (amounts.hue === 0 ? picture : hue(picture, turn)),
  ];
  let result = image;
  while (changes.length > 0) {
    const [change] = changes.splice(random.integer(changes.length), 1);
    result = change!(result);
  }
  return result;
}
