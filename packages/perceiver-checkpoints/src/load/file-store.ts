import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointNotFoundError } from '../errors.js';

/** Where a model's files come from: a directory, the hub's cache, or the hub. */
export interface FileStore {
  /** What messages call it. */
  readonly name: string;
  /** Names of the files at the top. */
  list(): Promise<readonly string[]>;
  /** The local path of a file that `list` names, after downloading it if need be. */
  fetch(name: string): Promise<string>;
}

/** A store over a directory: the user's own, or a snapshot in the hub's cache. */
export function directoryStore(directory: string, name = directory): FileStore {
  return {
    name,
    async list() {
      const names = await readdir(directory).catch(() => [] as string[]);
      const isFile = await Promise.all(
        names.map((file) =>
          stat(join(directory, file)).then(
            (s) => s.isFile(),
            () => false,
          ),
        ),
      );
      return names.filter((_, i) => isFile[i]);
    },
    async fetch(file) {
      const path = join(directory, file);
      const found = await stat(path).then(
        (s) => s.isFile(),
        () => false,
      );
      if (!found) throw new CheckpointNotFoundError(`${name}: no file ${file}`);
      return path;
    },
  };
}
