import { open } from 'node:fs/promises';
import { classNamesOf } from './class-names.js';
import { ImageDataError } from './image-data-error.js';
import { type ImageDataset, imageDataset } from './image-dataset.js';
import type { ImageSplit } from './image-split.js';
import { lastAtMost } from './last-at-most.js';
import { PICTURE_FILE } from './picture-file.js';
import { splitFiles } from './split-files.js';
import { type TarEntry, tarEntries } from './tar-entries.js';

/** Longest file of a class or of attributes that is read. */
const LONGEST_LABEL = 2 ** 20;
/** Names that attributes give the class under. */
const LABEL_FIELDS = ['cls', 'label', 'class', 'class_id'];

interface Shard {
  readonly path: string;
  /** Number of its first picture. */
  readonly first: number;
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
  readonly keys: readonly string[];
}

/**
 * Tar shards as WebDataset lays them out: files of one sample follow each other and have one name up to the first point, a picture
 * (`0001.jpg`) and its class (`0001.cls`, or a field `cls`, `label`, `class` or `class_id` of `0001.json`). One pass over the headers
 * finds them; pictures are then read from their places.
 *
 * @param labels names of classes by index; by default those of `classes.txt` in the folder, or numbers
 * @throws ImageDataError that names shard and byte or sample
 */
export async function openTarShards(
  source: string,
  split: ImageSplit = 'train',
  labels?: readonly string[],
): Promise<ImageDataset> {
  const shards: Shard[] = [];
  const classOf: number[] = [];
  for (const path of await splitFiles(source, split, '.tar')) shards.push(await scanShard(path, classOf));
  if (classOf.length === 0) throw new ImageDataError(`${source}: expected pictures in its shards, found none`);
  const classes = await classNamesOf(source, classOf, labels);
  const starts = shards.map(({ first }) => first);
  return imageDataset({
    size: classOf.length,
    classes,
    record: (index) => {
      const { path, first, offsets, sizes, keys } = shards[lastAtMost(starts, index)]!;
      const i = index - first;
      const place = { kind: 'range', path, offset: offsets[i]!, size: sizes[i]! } as const;
      return { place, label: classOf[index]!, name: `${path}, sample ${keys[i]}` };
    },
  });
}

/** What is known of the sample that is being read. */
interface Sample {
  readonly key: string;
  image?: TarEntry;
  label?: number;
}

async function scanShard(path: string, classOf: number[]): Promise<Shard> {
  const first = classOf.length;
  const shard = { path, first, offsets: [] as number[], sizes: [] as number[], keys: [] as string[] };
  const finish = (sample: Sample | undefined): void => {
    if (sample === undefined) return;
    const { key, image, label } = sample;
    if (image === undefined || label === undefined) {
      const found = image === undefined ? 'no picture' : 'no class';
      throw new ImageDataError(
        `${path}: sample ${key}: expected a picture and its class (.cls or .json), got ${found}`,
      );
    }
    shard.offsets.push(image.offset);
    shard.sizes.push(image.size);
    shard.keys.push(key);
    classOf.push(label);
  };
  const file = await open(path).catch((error: Error) => {
    throw new ImageDataError(`${path}: expected a readable file: ${error.message}`, { cause: error });
  });
  try {
    let sample: Sample | undefined;
    for await (const entry of tarEntries(file, path)) {
      const [key, extension] = splitName(entry.name);
      if (key !== sample?.key) {
        finish(sample);
        sample = { key };
      }
      if (PICTURE_FILE.test(`.${extension}`)) sample.image ??= entry;
      else if (extension === 'cls' || extension === 'json') {
        if (entry.size > LONGEST_LABEL) {
          throw new ImageDataError(
            `${path}: ${entry.name}: expected at most ${LONGEST_LABEL} bytes, got ${entry.size}`,
          );
        }
        const content = Buffer.alloc(entry.size);
        await file.read(content, 0, entry.size, entry.offset);
        const label = labelOf(content.toString('utf8'), extension);
        // Attributes without a class may stand beside a class.
        if (label === undefined && extension === 'json') continue;
        if (!(Number.isSafeInteger(label) && label! >= 0)) {
          throw new ImageDataError(
            `${path}: ${entry.name}: expected the number of a class, got ${JSON.stringify(content.toString('utf8', 0, 40))}`,
          );
        }
        sample.label ??= label;
      }
    }
    finish(sample);
    return shard;
  } finally {
    await file.close();
  }
}

/** A name up to the first point of its last part, and what follows it. */
function splitName(name: string): [string, string] {
  const point = name.indexOf('.', name.lastIndexOf('/') + 1);
  return point === -1 ? [name, ''] : [name.slice(0, point), name.slice(point + 1).toLowerCase()];
}

function labelOf(text: string, extension: string): number | undefined {
  if (extension === 'cls') return text.trim() === '' ? Number.NaN : Number(text);
  try {
    const fields = JSON.parse(text) as Record<string, unknown> | null;
    const field = LABEL_FIELDS.find((name) => typeof fields?.[name] === 'number');
    return field === undefined ? undefined : (fields![field] as number);
  } catch {
    return Number.NaN;
  }
}
