import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ImageFileError } from './image-file-error.js';
import { readImage } from './read-image.js';
import { encodePng } from './write-png.js';

const folder = mkdtempSync(join(tmpdir(), 'image-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const picture = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i * 14) };

it('reads what it wrote, from a path and from bytes', async () => {
  const png = await encodePng(picture);
  const path = join(folder, 'a picture.png');
  writeFileSync(path, png);
  for (const source of [png, path]) {
    const { width, height, data } = await readImage(source);
    expect({ width, height, data: [...data] }).toEqual({ ...picture, data: [...picture.data] });
  }
});

it('names the file and the rule', async () => {
  const path = join(folder, 'text.jpg');
  writeFileSync(path, 'not a picture');
  await expect(readImage(path)).rejects.toThrow(ImageFileError);
  await expect(readImage(path)).rejects.toThrow(/text\.jpg: expected a whole JPEG/);
  await expect(readImage(folder)).rejects.toThrow('expected an image file, got a directory');
  await expect(readImage(join(folder, 'none.png'))).rejects.toThrow(/none\.png: expected a readable file/);
});
