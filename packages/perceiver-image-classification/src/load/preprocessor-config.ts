import { ModelError } from 'perceiver-core';
import { IMAGENET_MEAN, IMAGENET_STD, type ImageProcessorOptions } from '../preprocess/image-processor.js';
import type { PillowFilter } from '../preprocess/resize-pillow.js';

/** Name of the file beside a hub model's weights that says how pictures are prepared. */
export const PREPROCESSOR_CONFIG = 'preprocessor_config.json';

/** Pillow's numbers for its filters. */
const FILTERS: readonly PillowFilter[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

/** Processors that do what is done here: crop a share of the middle, resize, scale, normalise. */
const TYPES = ['PerceiverImageProcessor', 'PerceiverImageProcessorFast', 'PerceiverFeatureExtractor'];

/** The largest side that a file may ask for, in pixels. */
const MAX_SIDE = 4096;

/**
 * Reads the `preprocessor_config.json` of a released image classifier, with the fields and defaults of Hugging Face's
 * `PerceiverImageProcessor`: `do_center_crop`, `crop_size`, `do_resize`, `size`, `resample`, `do_rescale`, `rescale_factor`, `do_normalize`,
 * `image_mean`, `image_std`. Other fields have no effect.
 *
 * @param file named in errors
 * @throws ModelError
 */
export function parsePreprocessorConfig(json: unknown, file: string = PREPROCESSOR_CONFIG): ImageProcessorOptions {
  const fail = (name: string, expected: string, got: unknown): never => {
    throw new ModelError(`${file}: expected ${expected} in ${name}, got ${JSON.stringify(got)}`);
  };
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ModelError(`${file}: expected an object, got ${JSON.stringify(json)}`);
  }
  const fields = json as Record<string, unknown>;
  const type = fields.image_processor_type ?? fields.feature_extractor_type;
  if (type !== undefined && !TYPES.includes(type as string)) fail('image_processor_type', TYPES.join(' or '), type);
  const flag = (name: string): boolean => {
    const value = fields[name] ?? true;
    return typeof value === 'boolean' ? value : fail(name, 'true or false', value);
  };
  // Older files have one number, or height and width as a list.
  const sides = (name: string, usual: number): readonly [number, number] => {
    const value = fields[name] ?? usual;
    const { height, width } = (
      typeof value === 'number'
        ? { height: value, width: value }
        : Array.isArray(value) && value.length === 2
          ? { height: value[0], width: value[1] }
          : value
    ) as { height?: unknown; width?: unknown };
    for (const side of [height, width]) {
      if (!(Number.isInteger(side) && (side as number) >= 1 && (side as number) <= MAX_SIDE)) {
        fail(name, `height and width as whole numbers from 1 to ${MAX_SIDE}`, value);
      }
    }
    return [height as number, width as number];
  };
  const number = (name: string, usual: number): number => {
    const value = fields[name] ?? usual;
    return typeof value === 'number' && Number.isFinite(value) ? value : fail(name, 'a number', value);
  };
  const colours = (name: string, usual: readonly number[]): readonly number[] => {
    const value = fields[name] ?? usual;
    const list = typeof value === 'number' ? [value, value, value] : value;
    const isRight = Array.isArray(list) && list.length === 3 && list.every((one) => Number.isFinite(one));
    return isRight ? (list as number[]) : fail(name, 'a number, or one for each of 3 colours,', value);
  };
  const resample = fields.resample ?? FILTERS.indexOf('bicubic');
  const filter = FILTERS[resample as number];
  if (filter === undefined) {
    fail('resample', FILTERS.map((name, number) => `${number} (${name})`).join(', '), resample);
  }
  const std = colours('image_std', IMAGENET_STD);
  if (std.some((deviation) => deviation === 0)) fail('image_std', 'deviations other than 0', fields.image_std);
  const normalizes = flag('do_normalize');
  const size = sides('size', 224);
  const cropSize = sides('crop_size', 256);
  // The usual share is kept whatever the size.
  const isUsual = size.every((side, axis) => side / cropSize[axis]! === 224 / 256);
  const rescaleFactor = number('rescale_factor', 1 / 255);
  const mean = colours('image_mean', IMAGENET_MEAN);
  return {
    size,
    ...(flag('do_center_crop') ? !isUsual && { cropSize } : { cropSize: false }),
    resize: flag('do_resize') ? 'pillow' : false,
    filter,
    rescaleFactor: flag('do_rescale') ? rescaleFactor : 1,
    mean: normalizes ? mean : [0, 0, 0],
    std: normalizes ? std : [1, 1, 1],
  };
}
