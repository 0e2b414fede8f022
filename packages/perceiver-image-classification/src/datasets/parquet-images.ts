import { classNamesOf } from './class-names.js';
import { ImageDataError } from './image-data-error.js';
import { type ImageDataset, imageDataset } from './image-dataset.js';
import type { ImageSplit } from './image-split.js';
import { lastAtMost } from './last-at-most.js';
import { openParquet, type ParquetFile } from './parquet-file.js';
import { splitFiles } from './split-files.js';

/** Names of the columns of pictures and of classes, as data sets of the hub have them. */
const IMAGE_COLUMNS = ['image', 'img', 'jpg', 'png'];
const LABEL_COLUMNS = ['label', 'labels', 'fine_label', 'cls'];

interface Part {
  readonly path: string;
  readonly first: number;
  readonly rows: number;
  readonly groupStarts: readonly number[];
  readonly imageColumn: string;
}

/**
 * Parquet files as image data sets of Hugging Face's hub have them: a column `image` of `{ bytes, path }` (or of bytes) and a column
 * `label` of numbers. Classes are read at once, pictures by row groups when they are wanted; names of classes come from the hub's
 * description in the file.
 *
 * @param labels names of classes by index; by default those that the file gives, `classes.txt` in the folder, or numbers
 * @throws ImageDataError that names file and row
 */
export async function openParquetImages(
  source: string,
  split: ImageSplit = 'train',
  labels?: readonly string[],
): Promise<ImageDataset> {
  const parts: Part[] = [];
  const classOf: number[] = [];
  let named: readonly string[] | undefined = labels;
  for (const path of await splitFiles(source, split, '.parquet')) {
    const file = await openParquet(path);
    const { schema } = file.metadata;
    const columns = schema.map(({ name }) => name);
    const find = (names: readonly string[], what: string): string => {
      const found = names.find((name) => columns.includes(name));
      if (found !== undefined) return found;
      throw new ImageDataError(
        `${path}: expected a column of ${what} named ${names.join(' or ')}, got ${columns.slice(1)}`,
      );
    };
    const [imageColumn, labelColumn] = [find(IMAGE_COLUMNS, 'pictures'), find(LABEL_COLUMNS, 'classes')];
    parts.push({ path, first: classOf.length, rows: file.rows, groupStarts: file.groupStarts, imageColumn });
    const found = await file.column(labelColumn, 0, file.rows);
    for (const [row, value] of found.entries()) {
      const label = typeof value === 'bigint' ? Number(value) : value;
      if (!(typeof label === 'number' && Number.isSafeInteger(label) && label >= 0)) {
        throw new ImageDataError(
          `${path}: row ${row}: expected the number of a class in ${labelColumn}, got ${String(value)}`,
        );
      }
      classOf.push(label);
    }
    named ??= hubNames(file, labelColumn);
  }
  if (classOf.length === 0) throw new ImageDataError(`${source}: expected rows, got none`);
  const classes = await classNamesOf(source, classOf, named);
  const starts = parts.map(({ first }) => first);
  return imageDataset({
    size: classOf.length,
    classes,
    blocks: parts.flatMap(({ first, groupStarts }) => groupStarts.map((start) => first + start)),
    record: (index) => {
      const { path, first, rows, groupStarts, imageColumn } = parts[lastAtMost(starts, index)]!;
      const row = index - first;
      const group = lastAtMost(groupStarts, row);
      const [start, end] = [groupStarts[group]!, groupStarts[group + 1] ?? rows];
      const place = { kind: 'parquet', path, column: imageColumn, row, groupStart: start, groupEnd: end } as const;
      return { place, label: classOf[index]!, name: `${path}, row ${row}` };
    },
  });
}

/** Names that `datasets` of Hugging Face writes into its files. */
function hubNames({ metadata }: ParquetFile, column: string): readonly string[] | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return undefined;
  try {
    const description = JSON.parse(text) as { info?: { features?: Record<string, { names?: unknown }> } };
    const names = description.info?.features?.[column]?.names;
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
  } catch {
    return undefined;
  }
}
