import { fileURLToPath } from 'node:url';

/**
 * Folder of a few sentences for each GLUE task in the official layout, written for this package: enough to try a command or a loop, too
 * few to learn from. `readGlue('sst2', bundledGluePath(), 'train')` reads them.
 */
export function bundledGluePath(): string {
  return fileURLToPath(new URL('../../data/glue-sample', import.meta.url));
}
