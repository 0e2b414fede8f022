import { fileURLToPath } from 'node:url';

/** Path of a file of this folder. */
export function testdata(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
