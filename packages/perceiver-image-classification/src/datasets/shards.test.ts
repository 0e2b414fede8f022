import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { encodePng } from 'perceiver-image-files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tarFile } from '../testing/tar-file.js';
import type { ImageDataset } from './image-dataset.js';
import { openImageDataset } from './open-image-dataset.js';

const folder = mkdtempSync(join(tmpdir(), 'image-shards-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A picture of one colour. */
const png = (level: number) => encodePng({ width: 2, height: 2, data: new Uint8Array(12).fill(level) });
const make = (name: string, files: Record<string, Uint8Array | string>) => {
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, name, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }
  return join(folder, name);
};
const labelsOf = (data: ImageDataset) => Array.from({ length: data.size }, (_, i) => data.record(i).label);
const levelsOf = (data: ImageDataset) =>
  Promise.all(Array.from({ length: data.size }, async (_, i) => (await data.read(i)).image.data[0]));

describe('tar shards', () => {
  let pictures: Uint8Array[];
  beforeAll(async () => {
    pictures = await Promise.all([10, 20, 30, 40].map(png));
  });
  const [a, b, c, d] = [0, 1, 2, 3];

  it('are read by place, classes from .cls or .json', async () => {
    const long = `${'folder/'.repeat(20)}0003`;
    const path = make('web', {
      'set-train-000.tar': tarFile([
        ['0001.cls', '3'],
        ['0001.jpg', pictures[a]!],
        ['0002.png', pictures[b]!],
        ['0002.json', '{"label": 1, "text": "a cat"}'],
      ]),
      'set-train-001.tar': tarFile([
        [`${long}.jpg`, pictures[c]!],
        [`${long}.cls`, '2\n'],
      ]),
      'set-val-000.tar': tarFile([
        ['0004.seg.png', pictures[c]!],
        ['0004.jpg', pictures[d]!],
        ['0004.cls', '0'],
      ]),
      'classes.txt': 'ant\nbee\ncat\ndog\n',
    });
    const train = await openImageDataset(path);
    expect(labelsOf(train)).toEqual([3, 1, 2]);
    expect(train.classes).toEqual(['ant', 'bee', 'cat', 'dog']);
    expect(await levelsOf(train)).toEqual([10, 20, 30]);
    expect(train.record(2).name).toBe(`${join(path, 'set-train-001.tar')}, sample ${long}`);
    await train.close();
    const one = await openImageDataset(join(path, 'set-train-001.tar'));
    expect(one.classes).toEqual(['0', '1', '2']);
    await expect(openImageDataset(path, { labels: ['ant', 'bee'] })).rejects.toThrow('expected classes below 2, got 3');
  });

  it('are those that the tar program writes', async () => {
    const path = make('program', { 'a/x.png': pictures[a]!, 'a/x.cls': '1', 'a/y.png': pictures[b]!, 'a/y.cls': '0' });
    for (const format of ['ustar', 'pax', 'gnu']) {
      const shard = join(folder, `${format}.tar`);
      execFileSync('tar', ['-C', path, `--format=${format}`, '-cf', shard, 'a/x.cls', 'a/x.png', 'a/y.cls', 'a/y.png']);
      const data = await openImageDataset(shard);
      expect(await levelsOf(data)).toEqual([10, 20]);
      await data.close();
    }
  });

  it('say what is wrong where', async () => {
    const open = (name: string, bytes: Uint8Array) =>
      openImageDataset(make('wrong', { [`${name}.tar`]: bytes }), { format: 'tar' });
    const good = tarFile([
      ['1.jpg', pictures[a]!],
      ['1.cls', '0'],
    ]);
    await expect(open('a', good.subarray(0, 1100))).rejects.toThrow(
      'a.tar: byte 1024: expected 512 bytes, got the end',
    );
    const flipped = Buffer.from(good);
    flipped[3]! ^= 4;
    await expect(open('a', flipped)).rejects.toThrow(/a.tar: byte 0: expected a tar header whose check sum is/);
    await expect(open('a', tarFile([['1.jpg', pictures[a]!]]))).rejects.toThrow(
      'sample 1: expected a picture and its class',
    );
    await expect(
      open(
        'a',
        tarFile([
          ['1.jpg', pictures[a]!],
          ['1.cls', 'cat'],
        ]),
      ),
    ).rejects.toThrow('1.cls: expected the number of a class, got "cat"');
    await expect(open('a', tarFile([]))).rejects.toThrow('expected pictures in its shards, found none');
  });
});

describe('parquet files', () => {
  const write = (images: Uint8Array[], labels: (number | bigint)[]) =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'image', data: images, type: 'BYTE_ARRAY' },
          { name: 'label', data: labels.map(Number), type: 'INT32' },
        ],
        rowGroupSize: 3,
        kvMetadata: [
          {
            key: 'huggingface',
            value: JSON.stringify({ info: { features: { label: { names: ['no', 'yes'] } } } }),
          },
        ],
      }),
    );

  it('are read by row groups', async () => {
    const pictures = await Promise.all(Array.from({ length: 8 }, (_, i) => png(10 * i)));
    const path = make('hub', {
      'data/train-00000-of-00002.parquet': write(pictures.slice(0, 5), [0, 1, 0, 1, 1]),
      'data/train-00001-of-00002.parquet': write(pictures.slice(5), [1, 0, 0]),
      'data/test-00000-of-00001.parquet': write(pictures.slice(0, 1), [0]),
    });
    const data = await openImageDataset(path);
    expect(data.classes).toEqual(['no', 'yes']);
    expect(labelsOf(data)).toEqual([0, 1, 0, 1, 1, 1, 0, 0]);
    expect(data.blocks).toEqual([0, 3, 5]);
    expect(await levelsOf(data)).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
    expect((await openImageDataset(path, { split: 'test' })).size).toBe(1);
    await data.close();
  });

  it('say what is wrong', async () => {
    const bytes = write([await png(1)], [0]);
    const open = (content: Uint8Array) => openImageDataset(make('wrong-hub', { 'a.parquet': content }));
    await expect(open(bytes.subarray(0, 40))).rejects.toThrow('a.parquet: expected a readable parquet file');
    await expect(open(write([await png(1)], [-1]))).rejects.toThrow(
      'row 0: expected the number of a class in label, got -1',
    );
    const other = parquetWriteBuffer({ columnData: [{ name: 'text', data: ['x'] }] });
    await expect(open(new Uint8Array(other))).rejects.toThrow('expected a column of pictures named image or img');
  });
});

describe('a file that pyarrow wrote', () => {
  it('has cells of bytes and path', async () => {
    const data = await openImageDataset(fileURLToPath(new URL('../testdata/hub-images.parquet', import.meta.url)));
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(labelsOf(data)).toEqual([0, 1, 1, 0, 1, 0, 1]);
    expect(await levelsOf(data)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(data.blocks).toEqual([0, 3, 6]);
  });
});

describe('a folder with a list', () => {
  it('has classes by index, name or WordNet number', async () => {
    const [a, b] = [await png(1), await png(2)];
    const list = (text: string) => make('list', { 'ILSVRC_1.JPEG': a, 'x.png': b, 'val.txt': text });
    expect(labelsOf(await openImageDataset(list('x.png 7\nILSVRC_1 3'), { split: 'test' }))).toEqual([7, 3]);
    const kaggle = await openImageDataset(list('ImageId,PredictionString\nILSVRC_1,n01443537 85 1 499 272\n'));
    expect([kaggle.classes.length, ...labelsOf(kaggle)]).toEqual([1000, 1]);
    expect(labelsOf(await openImageDataset(list('x.png\tbig cat\n'), { labels: ['dog', 'big cat'] }))).toEqual([1]);
    await expect(openImageDataset(list('x.png 7\ny.png 3'))).rejects.toThrow(
      'val.txt: line 2: expected a picture of the folder, got "y.png"',
    );
    await expect(openImageDataset(list('x.png cat'))).rejects.toThrow('line 1: expected a class, got "cat"');
  });

  const samples = '../shared/data/image/imagenet-samples';
  it.skipIf(!existsSync(samples))('is that of ImageNet samples', async () => {
    const data = await openImageDataset(samples, { split: 'test' });
    expect([data.size, data.classes.length]).toEqual([50, 1000]);
    const zebra = Array.from({ length: 50 }, (_, i) => data.record(i)).find(({ name }) => name.includes('zebra'));
    expect(data.classes[zebra!.label]).toBe('zebra');
  });
});
