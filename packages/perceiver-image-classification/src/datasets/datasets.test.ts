import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodePng } from 'perceiver-image-files';
import { afterAll, describe, expect, it } from 'vitest';
import { imageNetClasses } from '../labels/imagenet-labels.js';
import { openImageFolder } from './image-folder.js';
import type { LabelledImage, LabelledImages } from './labelled-images.js';
import { openMnist } from './mnist.js';
import { parseIdx } from './read-idx.js';

const folder = mkdtempSync(join(tmpdir(), 'image-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

const idx = (shape: number[], data: number[]) => {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
};

async function all(data: LabelledImages): Promise<LabelledImage[]> {
  const found = [];
  for await (const item of data.images()) found.push(item);
  return found;
}

describe('the MNIST format', () => {
  it('reads pictures and labels, packed or not', async () => {
    const path = join(folder, 'mnist');
    mkdirSync(path);
    writeFileSync(
      join(path, 't10k-images-idx3-ubyte.gz'),
      gzipSync(idx([2, 2, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])),
    );
    writeFileSync(join(path, 't10k-labels-idx1-ubyte'), idx([2], [7, 1]));
    const data = await openMnist(path);
    expect(data.size).toBe(2);
    const [, second] = await all(data);
    expect(second).toMatchObject({ label: 1, image: { width: 3, height: 2 } });
    expect([...second!.image.data.subarray(0, 6)]).toEqual([6, 6, 6, 7, 7, 7]);
    await expect(openMnist(path, 'train')).rejects.toThrow('expected a file of the train split');
    writeFileSync(join(path, 't10k-labels-idx1-ubyte'), idx([3], [7, 1, 2]));
    await expect(openMnist(path)).rejects.toThrow('got [2,2,3] and [3]');
    writeFileSync(join(path, 't10k-labels-idx1-ubyte'), gzipSync(idx([2], [7, 1])).subarray(0, 20));
    await expect(openMnist(path)).rejects.toThrow(/t10k-labels-idx1-ubyte: expected whole gzip data/);
  });

  it('says the byte at which a file is wrong', () => {
    expect(() => parseIdx('f', new Uint8Array(3))).toThrow('f: byte 0: expected an IDX file');
    expect(() => parseIdx('f', Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1))).toThrow('byte 8: expected 2 sizes');
    expect(() => parseIdx('f', idx([4], [1, 2, 3]))).toThrow('byte 8: expected 4 bytes, got 3');
    // Sizes whose product is beyond any memory are compared, not allocated.
    expect(() => parseIdx('f', idx([0xffffffff, 0xffffffff, 0xffffffff], []))).toThrow('got 0');
  });
});

describe('a folder of folders', () => {
  const make = async (name: string, classes: readonly string[]) => {
    const png = await encodePng({ width: 2, height: 2, data: new Uint8Array(12) });
    for (const each of classes) {
      mkdirSync(join(folder, name, each), { recursive: true });
      writeFileSync(join(folder, name, each, 'b.png'), png);
      writeFileSync(join(folder, name, each, 'notes.txt'), 'no picture');
    }
    return join(folder, name);
  };

  it('finds classes by their names, numbers or order', async () => {
    const labelsOf = async (path: string, labels: readonly string[]) =>
      (await all(await openImageFolder(path, labels))).map(({ label }) => label);
    const imageNet = imageNetClasses().map(({ label }) => label);
    expect(await labelsOf(await make('words', ['Tinca_tinca', 'goldfish']), imageNet)).toEqual([0, 1]);
    expect(await labelsOf(await make('numbers', ['n02093428', 'n01440764']), imageNet)).toEqual([0, 180]);
    expect(await labelsOf(await make('order', ['x', 'y', 'z']), ['0', '1', '2'])).toEqual([0, 1, 2]);
    await expect(openImageFolder(join(folder, 'order'), imageNet)).rejects.toThrow('got 3, among them x, y, z');
    await expect(openImageFolder(join(folder, 'none'), imageNet)).rejects.toThrow(/none: expected a folder/);
    await expect(openImageFolder(join(folder, 'order', 'x'), imageNet)).rejects.toThrow('found none');
  });
});
