import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageDataError } from './image-data-error.js';
import type { LabelledImage, LabelledImages } from './labelled-images.js';
import { readIdx } from './read-idx.js';

export type MnistSplit = 'train' | 'test';

/** How the files of a split begin. */
const PREFIX: Readonly<Record<MnistSplit, RegExp>> = { train: /^train/, test: /^(t10k|test)/ };

/**
 * MNIST or a data set in its format (Fashion-MNIST): files such as `t10k-images-idx3-ubyte.gz` and `t10k-labels-idx1-ubyte.gz` of one
 * folder. Grey pictures, as three equal colours.
 *
 * @throws ImageDataError
 */
export async function openMnist(folder: string, split: MnistSplit = 'test'): Promise<LabelledImages> {
  const names = await readdir(folder).catch((error: Error) => {
    throw new ImageDataError(`${folder}: expected a folder: ${error.message}`, { cause: error });
  });
  const find = (what: string): string => {
    const found = names.filter(
      (name) => PREFIX[split].test(name) && new RegExp(`${what}-idx\\d-ubyte(\\.gz)?$`).test(name),
    );
    if (found.length >= 1) return join(folder, found.sort()[0]!);
    throw new ImageDataError(
      `${folder}: expected a file of the ${split} split named ...${what}-idx...-ubyte(.gz), found none`,
    );
  };
  const [imagesPath, labelsPath] = [find('images'), find('labels')];
  const [images, labels] = [await readIdx(imagesPath), await readIdx(labelsPath)];
  const [count, height, width] = images.shape;
  if (images.shape.length !== 3 || labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new ImageDataError(
      `${imagesPath}: expected [n, height, width] pictures and n labels, got [${images.shape}] and [${labels.shape}]`,
    );
  }
  const size = height! * width!;
  return {
    size: count!,
    async *images(): AsyncGenerator<LabelledImage> {
      for (let i = 0; i < count!; i++) {
        const data = new Uint8Array(size * 3);
        for (let k = 0; k < size; k++) data.fill(images.data[i * size + k]!, 3 * k, 3 * k + 3);
        yield {
          image: { width: width!, height: height!, data },
          label: labels.data[i]!,
          name: `${imagesPath}, picture ${i}`,
        };
      }
    },
  };
}
