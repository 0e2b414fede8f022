import { join } from 'node:path';
import { classLookup } from './class-lookup.js';
import { ImageDataError } from './image-data-error.js';
import { type ImageDataset, imageDataset } from './image-dataset.js';
import { LABELS_FILE, readLabelsFile } from './labels-file.js';
import { lastAtMost } from './last-at-most.js';
import { listFolder } from './list-folder.js';
import { PICTURE_FILE } from './picture-file.js';

/** The class of each folder: by its name, or, where there are as many folders as classes, by its place in order. */
function classIndices(folder: string, names: readonly string[], labels: readonly string[]): number[] {
  const lookup = classLookup(labels);
  const found = names.map(lookup);
  if (found.every((index) => index !== undefined)) return found as number[];
  if (names.length === labels.length) return names.map((_, index) => index);
  const unknown = names.filter((_, i) => found[i] === undefined);
  throw new ImageDataError(
    `${folder}: expected folders named after classes of the model, or ${labels.length} folders in the classes' order, got ${names.length}, among them ${unknown.slice(0, 3).join(', ')}`,
  );
}

/**
 * A folder with one folder of pictures for each class, as ImageNet's `train/n01440764/*.JPEG`; or a folder of pictures with a list of
 * their classes (`labels.tsv`, `val.txt`, `LOC_val_solution.csv`: a picture and its class a line). Pictures are read from their files
 * one by one.
 *
 * @param labels names of classes by index, of a model for example; the folders' names in order by default
 * @throws ImageDataError
 */
export async function openImageFolder(folder: string, labels?: readonly string[]): Promise<ImageDataset> {
  const listed = await listFolder(folder);
  const list = listed.find((entry) => entry.isFile() && LABELS_FILE.test(entry.name));
  if (list !== undefined) {
    const pictures = listed.filter((entry) => entry.isFile() && PICTURE_FILE.test(entry.name)).map(({ name }) => name);
    const { files, classes } = await readLabelsFile(join(folder, list.name), pictures, labels);
    return imageDataset({
      size: files.length,
      classes,
      record: (index) => {
        const { file, label } = files[index]!;
        const path = join(folder, file);
        return { place: { kind: 'file', path }, label, name: path };
      },
    });
  }
  const names = listed.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.length === 0) {
    throw new ImageDataError(`${folder}: expected a folder of pictures for each class, found none`);
  }
  const indices = labels === undefined ? names.map((_, index) => index) : classIndices(folder, names, labels);
  // One name a picture and one number a folder: a million pictures fit.
  const files: string[] = [];
  const starts: number[] = [];
  for (const name of names) {
    starts.push(files.length);
    const entries = await listFolder(join(folder, name));
    for (const entry of entries) if (entry.isFile() && PICTURE_FILE.test(entry.name)) files.push(entry.name);
  }
  if (files.length === 0) throw new ImageDataError(`${folder}: expected pictures in its folders, found none`);
  return imageDataset({
    size: files.length,
    classes: labels ?? names,
    record: (index) => {
      const place = lastAtMost(starts, index);
      const path = join(folder, names[place]!, files[index]!);
      return { place: { kind: 'file', path }, label: indices[place]!, name: path };
    },
  });
}
