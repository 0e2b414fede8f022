import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { ImageDataError } from './image-data-error.js';

/**
 * What a folder holds, by name.
 *
 * @throws ImageDataError where it is none
 */
export async function listFolder(path: string): Promise<Dirent[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: Error) => {
    throw new ImageDataError(`${path}: expected a folder: ${error.message}`, { cause: error });
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
