import { fileURLToPath } from 'node:url';

/** Path of a photograph of a cat that comes with this package, to try things out (data/README.md). */
export function bundledPicturePath(): string {
  return fileURLToPath(new URL('../../data/chelsea.jpg', import.meta.url));
}
