import { randomBytes } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MediaFileError } from './media-file-error.js';

/**
 * Writes a file beside its place and renames it when it is whole; what was there before stays until then.
 *
 * @param write gets the path to write to
 * @throws MediaFileError where the path is a directory
 */
export async function writeBeside<T>(path: string, write: (partial: string) => Promise<T>): Promise<T> {
  const target = resolve(path);
  if ((await stat(target).catch(() => undefined))?.isDirectory()) {
    throw new MediaFileError(`${path}: expected a file to write, got a directory`);
  }
  const partial = join(dirname(target), `.${basename(target).slice(0, 60)}.${randomBytes(6).toString('hex')}.part`);
  try {
    const result = await write(partial);
    await rename(partial, target);
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
