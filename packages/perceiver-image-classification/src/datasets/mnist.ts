import { basename, join } from 'node:path';
import { readClassNames } from './class-names.js';
import { FASHION_MNIST_CLASSES } from './fashion-mnist.js';
import { ImageDataError } from './image-data-error.js';
import { type ImageDataset, imageDataset } from './image-dataset.js';
import type { ImageSplit } from './image-split.js';
import { listFolder } from './list-folder.js';
import { readIdx } from './read-idx.js';

/** How the files of a split begin. */
const PREFIX: Readonly<Record<ImageSplit, RegExp>> = { train: /^train/, test: /^(t10k|test)/ };

const DIGITS = 10;

/**
 * MNIST or a data set in its format (Fashion-MNIST): files such as `t10k-images-idx3-ubyte.gz` and `t10k-labels-idx1-ubyte.gz` of one
 * folder, held in memory. Grey pictures, as three equal colours. Names of classes come from `classes.txt` in the folder, where it is;
 * a folder named fashion-mnist has those of that set.
 *
 * @throws ImageDataError
 */
export async function openMnist(folder: string, split: ImageSplit = 'test'): Promise<ImageDataset> {
  const names = (await listFolder(folder)).map(({ name }) => name);
  const find = (what: string): string => {
    const pattern = new RegExp(`${what}-idx\\d-ubyte(\\.gz)?$`);
    const found = names.find((name) => PREFIX[split].test(name) && pattern.test(name));
    if (found !== undefined) return join(folder, found);
    throw new ImageDataError(
      `${folder}: expected a file of the ${split} split named ...${what}-idx...-ubyte(.gz), found none`,
    );
  };
  const [imagesPath, labelsPath] = [find('images'), find('labels')];
  const [images, labels] = [await readIdx(imagesPath), await readIdx(labelsPath)];
  const [count, height, width] = images.shape;
  const sameCount = images.shape.length === 3 && labels.shape.length === 1 && labels.shape[0] === count;
  if (!(sameCount && count! > 0 && height! > 0 && width! > 0)) {
    throw new ImageDataError(
      `${imagesPath}: expected [n, height, width] pictures and n labels, got [${images.shape}] and [${labels.shape}]`,
    );
  }
  const highest = labels.data.reduce((top, label) => Math.max(top, label), 0);
  const classes = await classNames(folder, names, highest);
  if (highest >= classes.length) {
    const record = labels.data.indexOf(highest);
    throw new ImageDataError(
      `${labelsPath}: record ${record}: expected a class below ${classes.length}, got ${highest}`,
    );
  }
  const size = height! * width!;
  return imageDataset({
    size: count!,
    classes,
    record: (index) => {
      const data = new Uint8Array(size * 3);
      for (let k = 0; k < size; k++) data.fill(images.data[index * size + k]!, 3 * k, 3 * k + 3);
      const image = { width: width!, height: height!, data };
      return { place: { kind: 'pixels', image }, label: labels.data[index]!, name: `${imagesPath}, picture ${index}` };
    },
  });
}

async function classNames(folder: string, files: readonly string[], highest: number): Promise<readonly string[]> {
  if (files.includes('classes.txt')) return readClassNames(join(folder, 'classes.txt'));
  if (/fashion-?mnist/i.test(basename(folder))) return FASHION_MNIST_CLASSES;
  return Array.from({ length: Math.max(DIGITS, highest + 1) }, (_, index) => String(index));
}
