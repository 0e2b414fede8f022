import { readFile } from 'node:fs/promises';
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
