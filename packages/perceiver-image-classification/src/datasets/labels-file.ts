import { readFile } from 'node:fs/promises';
import { imageNetClasses } from '../labels/imagenet-labels.js';
import { classLookup } from './class-lookup.js';
import { ImageDataError } from './image-data-error.js';

/** Names of lists that say the class of each picture of a folder. */
export const LABELS_FILE = /^(labels|val|validation|test|train|LOC_val_solution)\.(tsv|csv|txt)$/;

const WNID = /\bn\d{8}\b/;
/** Longest list that is read, in characters: several million pictures. */
const LONGEST = 2 ** 28;

/** A picture's name and class. */
export interface LabelledFile {
  readonly file: string;
  readonly label: number;
}

/**
 * Reads a list of pictures and classes: a line each, the name (its ending may be missing) and the class (index, name or WordNet number),
 * apart by a tab, a comma or spaces; what follows is passed over, as is a first line whose first word is no picture. Kaggle's
 * `LOC_val_solution.csv` of ImageNet is of this kind.
 *
 * @param pictures names of the files that there are
 * @param labels names of classes by index; ImageNet's where the list holds WordNet numbers, otherwise numbers
 * @throws ImageDataError that names file and line
 */
export async function readLabelsFile(
  path: string,
  pictures: readonly string[],
  labels?: readonly string[],
): Promise<{ files: LabelledFile[]; classes: readonly string[] }> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new ImageDataError(`${path}: expected a list of classes: ${error.message}`, { cause: error });
  });
  if (text.length > LONGEST)
    throw new ImageDataError(`${path}: expected at most ${LONGEST} characters, got ${text.length}`);
  const byName = new Map(
    pictures.flatMap((name) => [[name, name] as const, [name.replace(/\.[^.]*$/, ''), name] as const]),
  );
  const names = labels ?? (WNID.test(text) ? imageNetClasses().map(({ label }) => label) : undefined);
  const lookup = names === undefined ? () => undefined : classLookup(names);
  const files: LabelledFile[] = [];
  let highest = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [name = '', said = ''] = line.includes('\t') ? line.split('\t') : line.split(/[,\s]\s*/);
    const file = byName.get(name);
    if (file === undefined) {
      if (index === 0) continue;
      throw new ImageDataError(
        `${path}: line ${index + 1}: expected a picture of the folder, got ${JSON.stringify(name)}`,
      );
    }
    const label = /^\d+$/.test(said) ? Number(said) : lookup(said);
    if (label === undefined || label >= (names?.length ?? 100_000)) {
      throw new ImageDataError(`${path}: line ${index + 1}: expected a class, got ${JSON.stringify(said)}`);
    }
    highest = Math.max(highest, label);
    files.push({ file, label });
  }
  if (files.length === 0) throw new ImageDataError(`${path}: expected lines of pictures and classes, got none`);
  return { files, classes: names ?? Array.from({ length: highest + 1 }, (_, i) => String(i)) };
}
