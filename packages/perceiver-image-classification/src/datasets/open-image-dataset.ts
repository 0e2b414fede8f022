import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cifarKind, openCifar } from './cifar.js';
import { FASHION_MNIST_FOLDER } from './fashion-mnist.js';
import { ImageDataError } from './image-data-error.js';
import type { ImageDataset } from './image-dataset.js';
import { openImageFolder } from './image-folder.js';
import type { ImageSplit } from './image-split.js';
import { LABELS_FILE } from './labels-file.js';
import { listFolder } from './list-folder.js';
import { openMnist } from './mnist.js';
import { openParquetImages } from './parquet-images.js';
import { openTarShards } from './tar-shards.js';

/** Layouts of data sets. */
export const IMAGE_DATASET_FORMATS = ['mnist', 'cifar-10', 'cifar-100', 'folders', 'tar', 'parquet'] as const;
export type ImageDatasetFormat = (typeof IMAGE_DATASET_FORMATS)[number];

/** Data sets that are found by name where the system's packages put them. */
const KNOWN: Readonly<Record<string, { folder: string; from: string }>> = {
  'fashion-mnist': { folder: FASHION_MNIST_FOLDER, from: 'apt-get install dataset-fashion-mnist' },
};

export interface OpenImageDatasetOptions {
  /** Pictures to train on by default. */
  readonly split?: ImageSplit;
  /** How the data set is laid out; seen from its files by default. */
  readonly format?: ImageDatasetFormat | 'auto';
  /** Names of classes by index, in which those of folders are looked up; the data set's own by default. */
  readonly labels?: readonly string[];
}

/**
 * Opens a data set of pictures with classes: MNIST's and CIFAR's files, folders of pictures, a folder of pictures with a list of their
 * classes, tar shards as WebDataset makes them, or parquet files of Hugging Face's hub.
 *
 * @param source folder (or a `.tar` or `.parquet` file), or `fashion-mnist` for the one that Debian's package `dataset-fashion-mnist` installs
 * @throws ImageDataError that says the file, the record, what was expected and what came
 */
export async function openImageDataset(
  source: string,
  { split = 'train', format = 'auto', labels }: OpenImageDatasetOptions = {},
): Promise<ImageDataset> {
  const folder = datasetFolder(source);
  const chosen = format === 'auto' ? await detectFormat(folder) : format;
  switch (chosen) {
    case 'mnist':
      return openMnist(folder, split);
    case 'cifar-10':
      return openCifar(folder, split, { kind: 'CIFAR-10' });
    case 'cifar-100':
      return openCifar(folder, split, { kind: 'CIFAR-100' });
    case 'folders':
      return openImageFolder(await splitFolder(folder, split), labels);
    case 'tar':
      return openTarShards(folder, split, labels);
    case 'parquet':
      return openParquetImages(folder, split, labels);
  }
}

/** A path that is there wins over a known name. */
function datasetFolder(source: string): string {
  const known = Object.hasOwn(KNOWN, source) && !existsSync(source) ? KNOWN[source] : undefined;
  if (known === undefined) return source;
  if (existsSync(known.folder)) return known.folder;
  throw new ImageDataError(`${source}: expected it in ${known.folder} (${known.from}); or give a folder that holds it`);
}

/** Endings of files that say the layout. */
const ENDINGS: readonly (readonly [RegExp, ImageDatasetFormat])[] = [
  [/\.tar$/, 'tar'],
  [/\.parquet$/, 'parquet'],
];

async function detectFormat(path: string): Promise<ImageDatasetFormat> {
  const ofName = ENDINGS.find(([ending]) => ending.test(path));
  if (ofName !== undefined) return ofName[1];
  const entries = await listFolder(path);
  const names = entries.map(({ name }) => name);
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/-idx\d-ubyte(\.gz)?$/)) return 'mnist';
  if (has(/\.bin(\.gz)?$/)) return cifarKind(path, names) === 'CIFAR-10' ? 'cifar-10' : 'cifar-100';
  const inside = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && /^(data|train|val|validation|test)$/.test(entry.name))
      .map(({ name }) => listFolder(join(path, name))),
  );
  const shards = [...names, ...inside.flat().map(({ name }) => name)];
  for (const [ending, format] of ENDINGS) if (shards.some((name) => ending.test(name))) return format;
  if (entries.some((entry) => entry.isDirectory()) || has(LABELS_FILE)) return 'folders';
  throw new ImageDataError(
    `${path}: expected files of MNIST (...-idx3-ubyte), CIFAR (.bin), WebDataset (.tar), or the hub (.parquet), or folders of pictures, got ${entries.length} other files`,
  );
}

/** Folders that hold a split. */
const SPLIT_FOLDERS: Readonly<Record<ImageSplit, readonly string[]>> = {
  train: ['train'],
  test: ['val', 'validation', 'test'],
};

/** The folder of a split, or the folder itself where it has none of either. */
async function splitFolder(folder: string, split: ImageSplit): Promise<string> {
  const names = (await listFolder(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = SPLIT_FOLDERS[split].find((name) => names.includes(name));
  if (found !== undefined) return join(folder, found);
  const other = Object.values(SPLIT_FOLDERS)
    .flat()
    .find((name) => names.includes(name));
  if (other === undefined) return folder;
  throw new ImageDataError(
    `${folder}: expected a folder ${SPLIT_FOLDERS[split].join(' or ')} beside ${other}, found none`,
  );
}
