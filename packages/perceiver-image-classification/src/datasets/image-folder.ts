import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readImage } from 'perceiver-image-files';
import { imageNetClasses } from '../labels/imagenet-labels.js';
import { ImageDataError } from './image-data-error.js';
import type { LabelledImage, LabelledImages } from './labelled-images.js';

const PICTURE = /\.(jpe?g|png|webp|avif|gif|tiff?)$/i;

/** The class of each folder: by its label, by its WordNet number, or, where there are as many folders as classes, by its place in order. */
function classIndices(folder: string, names: readonly string[], labels: readonly string[]): number[] {
  const known = new Map<string, number>();
  const plain = (name: string) => name.toLowerCase().replaceAll('_', ' ').trim();
  labels.forEach((label, index) => {
    for (const word of [label, ...label.split(',')]) if (!known.has(plain(word))) known.set(plain(word), index);
  });
  if (labels.length === imageNetClasses().length) {
    imageNetClasses().forEach(({ wnid }, index) => {
      known.set(wnid, index);
    });
  }
  const found = names.map((name) => known.get(plain(name)));
  if (found.every((index) => index !== undefined)) return found as number[];
  if (names.length === labels.length) return names.map((_, index) => index);
  const unknown = names.filter((_, i) => found[i] === undefined);
  throw new ImageDataError(
    `${folder}: expected folders named after classes of the model, or ${labels.length} folders in the classes' order, got ${names.length}, among them ${unknown.slice(0, 3).join(', ')}`,
  );
}

/**
 * A folder with one folder of pictures for each class.
 *
 * @param labels the model's names of classes by index
 * @throws ImageDataError, and ImageFileError where a picture cannot be read
 */
export async function openImageFolder(folder: string, labels: readonly string[]): Promise<LabelledImages> {
  const list = (path: string) =>
    readdir(path, { withFileTypes: true }).catch((error: Error) => {
      throw new ImageDataError(`${path}: expected a folder: ${error.message}`, { cause: error });
    });
  const names = (await list(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  names.sort();
  if (names.length === 0)
    throw new ImageDataError(`${folder}: expected a folder of pictures for each class, found none`);
  const indices = classIndices(folder, names, labels);
  const files: { path: string; label: number }[] = [];
  for (const [i, name] of names.entries()) {
    const pictures = (await list(join(folder, name))).filter((entry) => entry.isFile() && PICTURE.test(entry.name));
    for (const picture of pictures.map((entry) => entry.name).sort()) {
      files.push({ path: join(folder, name, picture), label: indices[i]! });
    }
  }
  if (files.length === 0) throw new ImageDataError(`${folder}: expected pictures in its folders, found none`);
  return {
    size: files.length,
    async *images(): AsyncGenerator<LabelledImage> {
      for (const { path, label } of files) yield { image: await readImage(path), label, name: path };
    },
  };
}
