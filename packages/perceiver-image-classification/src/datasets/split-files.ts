import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageDataError } from './image-data-error.js';
import type { ImageSplit } from './image-split.js';
import { listFolder } from './list-folder.js';

/** What names of folders and files of a split say. */
const MENTIONS: Readonly<Record<ImageSplit, RegExp>> = { train: /train/i, test: /val|test/i };

/** Folders that may lie between a data set's folder and its files. */
const BETWEEN = ['data'];

/**
 * The files of a split with an extension, in order of their names: those whose names say the split, in the folder or in one named after the
 * split; or all, where no name says any split. A path of one file is that file, whatever the split.
 *
 * @throws ImageDataError where there are none
 */
export async function splitFiles(path: string, split: ImageSplit, extension: string): Promise<string[]> {
  const info = await stat(path).catch((error: Error) => {
    throw new ImageDataError(`${path}: expected a folder or file: ${error.message}`, { cause: error });
  });
  if (info.isFile()) return [path];
  const entries = await listFolder(path);
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(extension)).map(({ name }) => name);
  const said = files.filter((name) => MENTIONS[split].test(name));
  if (said.length > 0) return said.map((name) => join(path, name));
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const inside = folders.find((name) => BETWEEN.includes(name)) ?? folders.find((name) => MENTIONS[split].test(name));
  if (inside !== undefined) return splitFiles(join(path, inside), split, extension);
  const saysOther = files.some((name) => Object.values(MENTIONS).some((pattern) => pattern.test(name)));
  if (files.length > 0 && !saysOther) return files.map((name) => join(path, name));
  throw new ImageDataError(`${path}: expected ${extension} files of the ${split} split, found none`);
}
