import { imageOperations } from 'perceiver-image-classification';
import type { ParityAdapter } from '../adapter.js';
import { relativeDifference, rowCollector } from '../compare.js';

interface AugmentCase {
  readonly key: string;
  readonly image: string;
  readonly operation: string;
  readonly arguments: readonly number[];
}

type Picture = Parameters<typeof imageOperations.invert>[0];

const {
  autoContrast,
  brightness,
  color,
  contrast,
  equalize,
  invert,
  posterize,
  rotate,
  sharpness,
  shearX,
  shearY,
  solarize,
  solarizeAdd,
  translate,
} = imageOperations;

/** The fixture's operations by name; each has at most one argument. */
const OPERATIONS: Readonly<Record<string, (image: Picture, argument: number) => Picture>> = {
  AutoContrast: autoContrast,
  Equalize: equalize,
  Invert: invert,
  Rotate: rotate,
  Posterize: posterize,
  Solarize: solarize,
  SolarizeAdd: solarizeAdd,
  Color: color,
  Contrast: contrast,
  Brightness: brightness,
  Sharpness: sharpness,
  ShearX: shearX,
  ShearY: shearY,
  TranslateX: (image, pixels) => translate(image, pixels, 0),
  TranslateY: (image, pixels) => translate(image, 0, pixels),
};

/** RandAugment's operations on Pillow, bit for bit (PARITY-baselines, section 7). */
export const augmentAdapter: ParityAdapter = {
  recognises: (fixture) =>
    Array.isArray(fixture.meta.cases) && (fixture.meta.cases as Partial<AugmentCase>[])[0]?.operation !== undefined,
  check: async (fixture) => {
    const inputs = await fixture.read('inputs.safetensors');
    const expected = await fixture.read('outputs.safetensors');
    const collector = rowCollector();
    for (const { key, image, operation, arguments: given } of fixture.meta.cases as AugmentCase[]) {
      const { shape, values } = inputs[image]!;
      const [height, width] = shape as [number, number];
      const picture = { width, height, data: Uint8Array.from(values) };
      const result = OPERATIONS[operation]?.(picture, given[0] ?? Number.NaN);
      const difference =
        result === undefined
          ? Number.POSITIVE_INFINITY
          : relativeDifference({ shape, values: result.data }, expected[key]!);
      collector.add(operation, key, difference, 0);
    }
    return collector.rows();
  },
};
