import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageDataError } from './image-data-error.js';

/** More classes than any data set has; a list that is longer is none. */
const MOST_CLASSES = 100_000;

/**
 * The names of classes in a text file, one a line.
 *
 * @throws ImageDataError
 */
export async function readClassNames(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new ImageDataError(`${path}: expected names of classes, one a line: ${error.message}`, { cause: error });
  });
  const names = text.trim().split(/\r?\n/);
  if (names.length > MOST_CLASSES || names.some((name) => name.trim() === '')) {
    throw new ImageDataError(
      `${path}: expected up to ${MOST_CLASSES} names of classes, one a line, got ${names.length} lines`,
    );
  }
  return names.map((name) => name.trim());
}

/**
 * Names for classes that a data set gives by number: the given ones, those of `classes.txt` in its folder, or numbers.
 *
 * @throws ImageDataError for a class that has no name
 */
export async function classNamesOf(
  folder: string,
  labels: Iterable<number>,
  given?: readonly string[],
): Promise<readonly string[]> {
  let highest = 0;
  for (const label of labels) highest = Math.max(highest, label);
  if (highest >= MOST_CLASSES)
    throw new ImageDataError(`${folder}: expected classes below ${MOST_CLASSES}, got ${highest}`);
  const file = join(folder, 'classes.txt');
  const names = given ?? (existsSync(file) ? await readClassNames(file) : undefined);
  if (names === undefined) return Array.from({ length: highest + 1 }, (_, index) => String(index));
  if (highest < names.length) return names;
  throw new ImageDataError(`${folder}: expected classes below ${names.length}, got ${highest}`);
}
