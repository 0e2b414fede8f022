import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { encodePng, readImage } from 'perceiver-image-files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledPicturePath } from '../datasets/bundled-picture.js';
import { type ImageDataset, imageDataset } from '../datasets/image-dataset.js';
import { openImageFolder } from '../datasets/image-folder.js';
import type { ImagePlace } from '../datasets/image-reader.js';
import type { HostImageBatch } from './batch-task.js';
import { epochOrder } from './epoch-order.js';
import { type HostImageBatches, hostImageBatches } from './host-image-batches.js';
import { imageBatches } from './image-batches.js';

const folder = mkdtempSync(join(tmpdir(), 'image-loading-'));
const opened: HostImageBatches[] = [];
afterAll(async () => {
  await Promise.all(opened.map((batches) => batches.close()));
  rmSync(folder, { recursive: true });
});

/** Seven pictures of one colour, 10 i, in two classes. */
const CLASSES = [0, 1, 0, 1, 1, 0, 1];
const flat: ImageDataset = imageDataset({
  size: 7,
  classes: ['a', 'b'],
  record: (i) => ({
    place: { kind: 'pixels', image: { width: 4, height: 4, data: new Uint8Array(48).fill(10 * i) } },
    label: CLASSES[i]!,
    name: `picture ${i}`,
  }),
});

/** Pixels are 10 i / 255 with this normalisation: which pictures a batch has. */
const plain = { size: [4, 4], mean: [0], std: [1] } as const;
const picturesOf = (batch: HostImageBatch) =>
  Array.from({ length: batch.shape[0] }, (_, row) => Math.round((batch.pixels[row * 16]! * 255) / 10));

const open = (...[data, options]: Parameters<typeof hostImageBatches>) => {
  const batches = hostImageBatches(data, options);
  opened.push(batches);
  return batches;
};

async function take(batches: HostImageBatches, count = Number.POSITIVE_INFINITY): Promise<HostImageBatch[]> {
  const taken: HostImageBatch[] = [];
  while (taken.length < count) {
    const batch = await batches.next();
    if (batch === undefined) break;
    taken.push(batch);
  }
  return taken;
}

describe('the order', () => {
  it('has each picture once an epoch, in full batches that go on over its end', async () => {
    const batches = await take(open(flat, { ...plain, batchSize: 4, epochs: 3 }));
    expect(batches.map(({ shape }) => shape[0])).toEqual([4, 4, 4, 4, 4, 1]);
    const pictures = batches.flatMap(picturesOf);
    const epochs = [0, 7, 14].map((start) => pictures.slice(start, start + 7));
    for (const epoch of epochs) expect([...epoch].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(batches.flatMap(({ labels }) => [...labels])).toEqual(pictures.map((i) => CLASSES[i]));
  });

  it('is the data set’s own where nothing is shuffled', async () => {
    const batches = await take(open(flat, { ...plain, batchSize: 5, epochs: 1, shuffle: false }));
    expect(batches.map(picturesOf)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('reads blocks together', () => {
    const blocks = Array.from({ length: 20 }, (_, i) => 10 * i);
    const order = [...epochOrder(200, 3, 0, blocks)];
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    for (const [start, end] of [
      [0, 80],
      [80, 160],
      [160, 200],
    ] as const) {
      expect(new Set(order.slice(start, end).map((i) => Math.floor(i / 10))).size).toBe((end - start) / 10);
    }
    expect(order.slice(0, 10).map((i) => Math.floor(i / 10))).not.toEqual(
      new Array(10).fill(Math.floor(order[0]! / 10)),
    );
  });

  it('checks what it is given', () => {
    expect(() => open(flat, { ...plain, batchSize: 0 })).toThrow('expected batchSize of 1 or more, got 0');
    expect(() => open(flat, { ...plain, batchSize: 1, workers: -1 })).toThrow('workers');
    expect(() => open(flat, { ...plain, batchSize: 1, size: [0, 3] })).toThrow('size');
  });
});

describe('files', () => {
  let data: ImageDataset;
  beforeAll(async () => {
    for (let i = 0; i < 8; i++) {
      const place = join(folder, 'good', `class ${i % 2}`);
      mkdirSync(place, { recursive: true });
      const pixels = Uint8Array.from({ length: 24 * 20 * 3 }, (_, k) => (31 * i + 7 * k + (k >> 5)) & 255);
      writeFileSync(join(place, `${i}.png`), await encodePng({ width: 24, height: 20, data: pixels }));
    }
    data = await openImageFolder(join(folder, 'good'));
  });
  const options = {
    size: [16, 16],
    batchSize: 3,
    seed: 5,
    augment: { inceptionCrop: {}, mirror: 0.5, colourJitter: { brightness: 0.4, hue: 0.1 }, randAugment: {} },
    mix: { mixUp: 0.2, cutMix: true },
  } as const;

  it('gives the same batches with any number of threads, and after a resume', async () => {
    const alone = await take(open(data, options), 5);
    expect(alone[0]!.targets).toHaveLength(6);
    const threads = open(data, { ...options, workers: 2 });
    expect(await take(threads, 3)).toEqual(alone.slice(0, 3));
    const state = JSON.parse(JSON.stringify(threads.state()));
    expect(await take(threads, 1)).toEqual(alone.slice(3, 4));
    const resumed = open(data, options);
    resumed.restore(state);
    expect(await take(resumed, 2)).toEqual(alone.slice(3));
    threads.restore(state);
    expect(await take(threads, 2)).toEqual(alone.slice(3));
    expect(() => resumed.restore({ index: 3 })).toThrow('expected the state of a data set of 8 pictures');
    expect(await take(open(data, { ...options, seed: 6 }), 1)).not.toEqual(alone.slice(0, 1));
    await threads.close();
    await expect(threads.next()).rejects.toThrow('loading was closed');
  });

  it('replaces, counts and lists what is corrupt, or fails', async () => {
    mkdirSync(join(folder, 'bad', 'x'), { recursive: true });
    for (let i = 0; i < 9; i++) {
      const file = join(folder, 'bad/x', `${i}.png`);
      writeFileSync(file, await encodePng({ width: 8, height: 8, data: new Uint8Array(192).fill(20 * i) }));
    }
    writeFileSync(join(folder, 'bad/x/4.png'), 'no picture');
    truncateSync(join(folder, 'bad/x/6.png'), 60);
    const bad = await openImageFolder(join(folder, 'bad'));
    const all = { size: [8, 8], batchSize: 4, epochs: 2 } as const;
    const alone = open(bad, all);
    const batches = await take(alone);
    expect(batches.map(({ shape }) => shape[0])).toEqual([4, 4, 4, 4, 2]);
    const { count, images } = alone.corrupt();
    expect(count).toBe(2);
    expect(images.map(({ name }) => name).sort()).toEqual([4, 6].map((i) => join(folder, 'bad/x', `${i}.png`)));
    expect(images.map(({ error }) => error).join()).toMatch(/expected a JPEG, PNG.*|expected a whole PNG/);
    const threads = open(bad, { ...all, workers: 1 });
    expect(await take(threads)).toEqual(batches);
    expect(threads.corrupt()).toEqual(alone.corrupt());
    // The list goes on in a resumed run.
    const resumed = open(bad, all);
    resumed.restore(alone.state());
    expect(resumed.corrupt().count).toBe(2);
    const strict = open(bad, { ...all, workers: 1, onCorrupt: 'fail' });
    await expect(take(strict)).rejects.toMatchObject({
      name: 'ImageFileError',
      message: expect.stringMatching(/bad\/x\/[46]\.png: expected/),
    });
  });

  it('fails where too much is corrupt', async () => {
    mkdirSync(join(folder, 'worse', 'x'), { recursive: true });
    for (const name of ['a.png', 'b.png']) writeFileSync(join(folder, 'worse/x', name), 'no picture');
    const worse = await openImageFolder(join(folder, 'worse'));
    await expect(open(worse, { size: [8, 8], batchSize: 2 }).next()).rejects.toThrow(
      '9 pictures of one batch of 2 cannot be read',
    );
  });

  it('tells of a thread that fails', async () => {
    const lost: ImageDataset = { ...data, record: (i) => ({ ...data.record(i), place: null as never }) };
    await expect(open(lost, { ...options, workers: 1 }).next()).rejects.toMatchObject({
      name: 'ImageLoadingError',
      message: expect.stringContaining('a loading thread failed: TypeError'),
    });
  });
});

describe('files', () => {
  it.each(['pillow', 'sharp'] as const)('give the crops that whole pictures give, resized by %s', async (resize) => {
    const path = bundledPicturePath();
    const one = (place: ImagePlace) =>
      imageDataset({ size: 1, classes: ['cat'], record: () => ({ place, label: 0, name: path }) });
    const common = { size: [48, 64], batchSize: 6, augment: { inceptionCrop: {}, mirror: 0.5 }, resize } as const;
    const [read] = await take(open(one({ kind: 'file', path }), common), 1);
    const [whole] = await take(open(one({ kind: 'pixels', image: await readImage(path) }), common), 1);
    expect(read!.boxes).toEqual(whole!.boxes);
    expect(read!.pixels).toEqual(whole!.pixels);
  });
});

describe('tensors', () => {
  it('are pixels, targets, and crops where they are asked for', async () => {
    const source = imageBatches(flat, { ...plain, batchSize: 2, shuffle: false, crops: true, augment: { mirror: 1 } });
    const { pixels, targets, crops } = (await source.next())!;
    expect(pixels.shape).toEqual([2, 4, 4, 1]);
    expect(targets.arraySync()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect([...(crops as tf.Tensor).dataSync()]).toEqual([-1, 1, 1, -1, -1, 1, 1, -1]);
    tf.dispose([pixels, targets, crops as tf.Tensor]);
    await source.close();
  });
});
