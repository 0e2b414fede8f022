import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RgbImage } from 'perceiver-image-files';
import { readFrame } from '../files/read-frame.js';
import { FlowError } from '../flow-error.js';

const PICTURE = /\.(jpe?g|png|webp|avif|gif|tiff?|p[gnp]m)$/i;

/**
 * The pictures in a folder, in the order of their names with numbers taken as numbers: `frame_9.png` before `frame_10.png`.
 *
 * @throws FlowError where there are fewer than two
 */
export async function listFrames(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch((error) => {
    throw new FlowError(`${folder}: expected a readable folder: ${(error as Error).message}`, { cause: error });
  });
  const names = entries.filter((name) => PICTURE.test(name) && !name.startsWith('.'));
  if (names.length < 2) throw new FlowError(`${folder}: expected at least 2 pictures, got ${names.length}`);
  const { compare } = new Intl.Collator('en', { numeric: true });
  return names.sort(compare).map((name) => join(folder, name));
}

/** Reads frames one by one. Throws FlowError for one of another size than the first. */
export async function* readFrames(paths: readonly string[]): AsyncGenerator<RgbImage, void> {
  let first: RgbImage | undefined;
  for (const path of paths) {
    const frame = await readFrame(path);
    first ??= frame;
    if (frame.width !== first.width || frame.height !== first.height) {
      const [expected, got] = [first, frame].map(({ width, height }) => `${width} x ${height}`);
      throw new FlowError(`${path}: expected the size of ${paths[0]}, ${expected}, got ${got}`);
    }
    yield frame;
  }
}
