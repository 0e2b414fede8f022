import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodePng } from 'perceiver-image-files';
import { afterAll, describe, expect, it } from 'vitest';
import { imageNetClasses } from '../labels/imagenet-labels.js';
import { FASHION_MNIST_FOLDER } from './fashion-mnist.js';
import type { ImageDataset } from './image-dataset.js';
import { openImageFolder } from './image-folder.js';
import { openMnist } from './mnist.js';
import { openImageDataset } from './open-image-dataset.js';
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

const labelsOf = (data: ImageDataset) => Array.from({ length: data.size }, (_, i) => data.record(i).label);

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
    expect(labelsOf(data)).toEqual([7, 1]);
    const second = await data.read(1);
    expect(second).toMatchObject({ label: 1, image: { width: 3, height: 2 } });
    expect([...second.image.data.subarray(0, 6)]).toEqual([6, 6, 6, 7, 7, 7]);
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

describe('the CIFAR format', () => {
  // Pixel p of plane c is (record + 10 c + p) mod 251.
  const record = (labels: number[], number: number) =>
    Uint8Array.of(...labels, ...Array.from({ length: 3072 }, (_, i) => (number + 10 * (i >> 10) + (i & 1023)) % 251));
  const make = (name: string, files: Record<string, Uint8Array | string>) => {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, name, file), bytes);
    return join(folder, name);
  };

  it('reads all batches of a split, planes as pixels', async () => {
    const path = make('cifar-10', {
      'data_batch_1.bin': Buffer.concat([record([3], 0), record([9], 1)]),
      'data_batch_2.bin.gz': gzipSync(record([4], 2)),
      'test_batch.bin': record([5], 3),
    });
    const data = await openImageDataset(path);
    expect(labelsOf(data)).toEqual([3, 9, 4]);
    expect(data.classes).toHaveLength(10);
    const { image, name } = await data.read(2);
    expect(name).toBe(`${join(path, 'data_batch_2.bin.gz')}, record 0`);
    expect(image).toMatchObject({ width: 32, height: 32 });
    expect([...image.data.subarray(0, 6)]).toEqual([2, 12, 22, 3, 13, 23]);
    expect(labelsOf(await openImageDataset(path, { split: 'test' }))).toEqual([5]);
    await expect(data.read(3)).rejects.toThrow('expected an index from 0 to 2, got 3');
  });

  it('takes the fine label of CIFAR-100', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `class ${i}`).join('\n');
    const path = make('hundred', { 'train.bin': record([7, 42], 0), 'fine_label_names.txt': names });
    const data = await openImageDataset(path);
    expect(labelsOf(data)).toEqual([42]);
    expect(data.classes[42]).toBe('class 42');
    expect((await data.read(0)).image.data[0]).toBe(0);
    await expect(openImageDataset(path, { format: 'cifar-10' })).rejects.toThrow(
      'record 1: expected whole records of 3073',
    );
  });

  it('says file and record of what is wrong', async () => {
    const open = (bytes: Uint8Array) => openImageDataset(make('broken-cifar', { 'train.bin': bytes }));
    await expect(open(record([3], 0).subarray(1))).rejects.toThrow(
      /train.bin: record 0: expected whole records.*got 3072/,
    );
    await expect(open(Buffer.concat([record([3], 0), record([10], 0)]))).rejects.toThrow(
      'record 1: expected a class below 10, got 10',
    );
    await expect(open(new Uint8Array())).rejects.toThrow('expected whole records');
    await expect(openImageDataset(join(folder, 'broken-cifar'), { split: 'test' })).rejects.toThrow(
      'expected files of the test split such as test_batch.bin',
    );
  });
});

describe('known data sets', () => {
  it.skipIf(!existsSync(FASHION_MNIST_FOLDER))('finds Fashion-MNIST where Debian puts it', async () => {
    const data = await openImageDataset('fashion-mnist');
    expect(data.size).toBe(60_000);
    expect(data.classes[data.record(0).label]).toBe('Ankle boot');
  });

  it('says what it knows of a folder', async () => {
    await expect(openImageDataset(join(folder, 'nowhere'))).rejects.toThrow('nowhere: expected a folder');
    mkdirSync(join(folder, 'bare'), { recursive: true });
    await expect(openImageDataset(join(folder, 'bare'))).rejects.toThrow('bare: expected files of MNIST');
  });

  it('takes the split of a folder of folders', async () => {
    mkdirSync(join(folder, 'split/train/x'), { recursive: true });
    const png = await encodePng({ width: 1, height: 1, data: new Uint8Array(3) });
    writeFileSync(join(folder, 'split/train/x/a.png'), png);
    expect((await openImageDataset(join(folder, 'split'))).classes).toEqual(['x']);
    await expect(openImageDataset(join(folder, 'split'), { split: 'test' })).rejects.toThrow(
      'expected a folder val or validation or test beside train',
    );
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
    const imageNet = imageNetClasses().map(({ label }) => label);
    expect(labelsOf(await openImageFolder(await make('words', ['Tinca_tinca', 'goldfish']), imageNet))).toEqual([0, 1]);
    expect(labelsOf(await openImageFolder(await make('numbers', ['n02093428', 'n01440764']), imageNet))).toEqual([
      0, 180,
    ]);
    expect(labelsOf(await openImageFolder(await make('order', ['x', 'y', 'z']), ['0', '1', '2']))).toEqual([0, 1, 2]);
    await expect(openImageFolder(join(folder, 'order'), imageNet)).rejects.toThrow('got 3, among them x, y, z');
    await expect(openImageFolder(join(folder, 'none'), imageNet)).rejects.toThrow(/none: expected a folder/);
    await expect(openImageFolder(join(folder, 'order', 'x'), imageNet)).rejects.toThrow('found none');
  });
});
