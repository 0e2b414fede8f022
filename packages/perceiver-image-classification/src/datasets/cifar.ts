import { basename, join } from 'node:path';
import { readClassNames } from './class-names.js';
import { ImageDataError } from './image-data-error.js';
import { type ImageDataset, imageDataset } from './image-dataset.js';
import type { ImageSplit } from './image-split.js';
import { lastAtMost } from './last-at-most.js';
import { listFolder } from './list-folder.js';
import { readPackedFile } from './read-packed-file.js';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;

/** Files of a split: `data_batch_1.bin` and `test_batch.bin` of CIFAR-10, `train.bin` and `test.bin` of CIFAR-100, or names like these. */
const FILES: Readonly<Record<ImageSplit, RegExp>> = {
  train: /(train|data_batch).*\.bin(\.gz)?$/i,
  test: /(test|val).*\.bin(\.gz)?$/i,
};

/** The two layouts: labels before the pixels, which of them is the class, how many classes, and files that name them. */
const LAYOUTS = {
  'CIFAR-10': { labels: 1, names: ['batches.meta.txt', 'classes.txt'], count: 10 },
  'CIFAR-100': { labels: 2, names: ['fine_label_names.txt', 'classes.txt'], count: 100 },
} as const;
export type CifarKind = keyof typeof LAYOUTS;

export interface OpenCifarOptions {
  /** Which of the two; by default CIFAR-100 if the folder holds `fine_label_names.txt` or says so in a name. */
  readonly kind?: CifarKind;
}

/**
 * CIFAR-10 or CIFAR-100 in the binary version (https://www.cs.toronto.edu/~kriz/cifar.html), packed with gzip or not, held in memory.
 * Records are one label (CIFAR-100: coarse, then fine; the fine one is the class) and 32 x 32 pixels in planes of red, green and blue.
 *
 * @throws ImageDataError that names file and record
 */
export async function openCifar(
  folder: string,
  split: ImageSplit = 'test',
  { kind: knownKind }: OpenCifarOptions = {},
): Promise<ImageDataset> {
  const names = (await listFolder(folder)).map(({ name }) => name);
  const found = names.filter((name) => FILES[split].test(name));
  if (found.length === 0) {
    throw new ImageDataError(`${folder}: expected files of the ${split} split such as ${EXAMPLES[split]}, found none`);
  }
  const kind = knownKind ?? cifarKind(folder, names);
  const { labels, names: nameFiles, count } = LAYOUTS[kind];
  const stride = labels + PIXELS;
  const files: { path: string; bytes: Uint8Array; first: number }[] = [];
  let size = 0;
  for (const name of found) {
    const path = join(folder, name);
    const bytes = await readPackedFile(path);
    if (bytes.length === 0 || bytes.length % stride !== 0) {
      throw new ImageDataError(
        `${path}: record ${Math.floor(bytes.length / stride)}: expected whole records of ${stride} bytes (${kind}), got ${bytes.length % stride} bytes at the end`,
      );
    }
    for (let at = labels - 1; at < bytes.length; at += stride) {
      if (bytes[at]! >= count) {
        throw new ImageDataError(
          `${path}: record ${Math.floor(at / stride)}: expected a class below ${count}, got ${bytes[at]}`,
        );
      }
    }
    files.push({ path, bytes, first: size });
    size += bytes.length / stride;
  }
  const namesFile = nameFiles.find((name) => names.includes(name));
  const classes = namesFile === undefined ? numbers(count) : await readClassNames(join(folder, namesFile));
  if (classes.length !== count) {
    throw new ImageDataError(`${join(folder, namesFile!)}: expected ${count} names, got ${classes.length}`);
  }
  const starts = files.map(({ first }) => first);
  return imageDataset({
    size,
    classes,
    record: (index) => {
      const { path, bytes, first } = files[lastAtMost(starts, index)]!;
      const start = (index - first) * stride;
      const label = bytes[start + labels - 1]!;
      const image = { width: SIDE, height: SIDE, data: interleave(bytes.subarray(start + labels, start + stride)) };
      return { place: { kind: 'pixels', image }, label, name: `${path}, record ${index - first}` };
    },
  });
}

const EXAMPLES: Readonly<Record<ImageSplit, string>> = {
  train: 'data_batch_1.bin or train.bin(.gz)',
  test: 'test_batch.bin or test.bin(.gz)',
};

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** CIFAR-100 has its list of fine classes, or says its name; a file alone does not tell. */
export function cifarKind(folder: string, names: readonly string[]): CifarKind {
  if (names.includes('batches.meta.txt')) return 'CIFAR-10';
  if (names.includes('fine_label_names.txt')) return 'CIFAR-100';
  return /cifar-?100/i.test(basename(folder)) || names.some((name) => /cifar-?100/i.test(name))
    ? 'CIFAR-100'
    : 'CIFAR-10';
}

/** Planes of red, green and blue as pixels. */
function interleave(planes: Uint8Array): Uint8Array {
  const data = new Uint8Array(PIXELS);
  for (let pixel = 0; pixel < PLANE; pixel++) {
    data[3 * pixel] = planes[pixel]!;
    data[3 * pixel + 1] = planes[PLANE + pixel]!;
    data[3 * pixel + 2] = planes[2 * PLANE + pixel]!;
  }
  return data;
}
