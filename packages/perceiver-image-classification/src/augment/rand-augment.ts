import type { RgbImage } from 'perceiver-image-files';
import type { HostRandom } from 'perceiver-training/random';
import { rotate, shearX, shearY, translate } from './operations/affine.js';
import { cutout } from './operations/cutout.js';
import { brightness, color, contrast, sharpness } from './operations/enhance.js';
import { autoContrast, equalize, invert, posterize, solarize, solarizeAdd } from './operations/tone.js';

/** Sizes in pixels that go with pictures of 224 x 224, at magnitude 10. */
const USUAL_SIZE = 224;
const USUAL_TRANSLATION = 100;
const USUAL_CUTOUT = 40;

/** How strong an operation is. */
interface Strength {
  /** From 0 to 10. */
  readonly magnitude: number;
  /** Most pixels that pictures are moved by. */
  readonly translation: number;
  /** Most pixels from the middle of a cut-out to its sides. */
  readonly cutout: number;
}

type Operation = (image: RgbImage, strength: Strength, random: HostRandom) => RgbImage;

/** A number or its negative, with equal probability. */
const eitherSign = (value: number, random: HostRandom): number => (random.uniform() < 0.5 ? -value : value);
const enhancement = ({ magnitude }: Strength): number => (magnitude / 10) * 1.8 + 0.1;

/** RandAugment's operations (Cubuk et al., 2019) by name; arguments as a magnitude gives them in AutoAugment. */
const OPERATIONS = {
  AutoContrast: (image) => autoContrast(image),
  Equalize: (image) => equalize(image),
  Invert: (image) => invert(image),
  Rotate: (image, { magnitude }, random) => rotate(image, eitherSign((magnitude / 10) * 30, random)),
  Posterize: (image, { magnitude }) => posterize(image, Math.trunc((magnitude / 10) * 4)),
  Solarize: (image, { magnitude }) => solarize(image, Math.min(256, Math.trunc((magnitude / 10) * 256))),
  SolarizeAdd: (image, { magnitude }) => solarizeAdd(image, Math.min(128, Math.trunc((magnitude / 10) * 110))),
  Color: (image, strength) => color(image, enhancement(strength)),
  Contrast: (image, strength) => contrast(image, enhancement(strength)),
  Brightness: (image, strength) => brightness(image, enhancement(strength)),
  Sharpness: (image, strength) => sharpness(image, enhancement(strength)),
  ShearX: (image, { magnitude }, random) => shearX(image, eitherSign((magnitude / 10) * 0.3, random)),
  ShearY: (image, { magnitude }, random) => shearY(image, eitherSign((magnitude / 10) * 0.3, random)),
  TranslateX: (image, { magnitude, translation }, random) =>
    translate(image, eitherSign((magnitude / 10) * translation, random), 0),
  TranslateY: (image, { magnitude, translation }, random) =>
    translate(image, 0, eitherSign((magnitude / 10) * translation, random)),
  Cutout: (image, { magnitude, cutout: most }, random) =>
    cutout(image, random.integer(image.width), random.integer(image.height), Math.trunc((magnitude / 10) * most)),
} satisfies Record<string, Operation>;

export type RandAugmentOperation = keyof typeof OPERATIONS;

/** All operations: the fifteen of AutoAugment that RandAugment draws from, and Cutout, as in DeepMind's Perceiver. */
export const RAND_AUGMENT_OPERATIONS = Object.keys(OPERATIONS) as readonly RandAugmentOperation[];

/** The paper's are 4 layers of magnitude 5 (Perceiver, section 4.1; Perceiver IO, appendix H). */
export interface RandAugmentOptions {
  /** Operations applied, one after the other; 4 by default. */
  readonly layers?: number;
  /** Strength from 0 to 10; 5 by default. */
  readonly magnitude?: number;
  /** What is drawn from, evenly and with repetition; all 16 by default. */
  readonly operations?: readonly RandAugmentOperation[];
  /** Most pixels that pictures are moved by, at magnitude 10; 100 for pictures 224 wide and in proportion by default. */
  readonly translation?: number;
  /** Most pixels from the middle of a cut-out to its sides, at magnitude 10; 40 for pictures 224 wide and in proportion by default. */
  readonly cutout?: number;
}

/**
 * Applies random operations to a picture. Each is drawn evenly and always applied; the sign of rotations, shears and translations is
 * drawn too (docs/decisions/2026-11-25-randaugment.md).
 *
 * @throws RangeError for options out of range
 */
export function randAugment(image: RgbImage, random: HostRandom, options: RandAugmentOptions = {}): RgbImage {
  const { layers = 4, magnitude = 5, operations = RAND_AUGMENT_OPERATIONS } = options;
  const scale = image.width / USUAL_SIZE;
  const { translation = USUAL_TRANSLATION * scale, cutout: reach = USUAL_CUTOUT * scale } = options;
  if (!(Number.isInteger(layers) && layers >= 0)) {
    throw new RangeError(`RandAugment: expected 0 or more layers, got ${layers}`);
  }
  if (!(magnitude >= 0 && magnitude <= 10)) {
    throw new RangeError(`RandAugment: expected a magnitude from 0 to 10, got ${magnitude}`);
  }
  let result = image;
  for (let layer = 0; layer < layers; layer++) {
    const name = operations[random.integer(operations.length)]!;
    result = OPERATIONS[name](result, { magnitude, translation, cutout: reach }, random);
  }
  return result;
}
