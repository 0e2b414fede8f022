import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { encodePng } from 'perceiver-image-files';
import { afterAll, describe, expect, it } from 'vitest';
import { tarFile } from '../testing/tar-file.js';
import { type ImageDatasetFormat, openImageDataset } from './open-image-dataset.js';

const folder = mkdtempSync(join(tmpdir(), 'image-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bytes with some of them replaced, cut off, or doubled. */
const damaged = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      flips: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
      end: fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
      tail: fc.uint8Array({ maxLength: 20 }),
    })
    .map(({ flips, end, tail }) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, byte] of flips) copy[at] = byte;
      return Uint8Array.from([...copy.subarray(0, end), ...tail]);
    });

/** The largest growth of memory that a small broken file may cause, in bytes. */
const MOST_MEMORY = 300e6;

async function readAll(format: ImageDatasetFormat): Promise<number> {
  const data = await openImageDataset(folder, { format });
  try {
    for (let i = 0; i < Math.min(data.size, 20); i++) {
      const { image, label } = await data.read(i);
      expect(image.data.length).toBe(image.width * image.height * 3);
      expect(label).toBeLessThan(data.classes.length);
    }
    return data.size;
  } finally {
    await data.close();
  }
}

async function check(file: string, good: Uint8Array, format: ImageDatasetFormat, runs: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file);
  writeFileSync(path, good);
  expect(await readAll(format)).toBeGreaterThan(0);
  const before = process.memoryUsage.rss();
  await fc.assert(
    fc.asyncProperty(damaged(good), async (bytes) => {
      writeFileSync(path, bytes);
      try {
        await readAll(format);
      } catch (error) {
        expect(['ImageDataError', 'ImageFileError']).toContain((error as Error).name);
        expect((error as Error).message).toContain(folder);
      }
      expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_MEMORY);
    }),
    { numRuns: runs, seed: 1 },
  );
  rmSync(path);
}

const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 2, ...Array.from({ length: 24 }, (_, i) => i));
const idxLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3, 0);
const cifar = Uint8Array.from({ length: 3 * 3073 }, (_, i) => (i % 3073 === 0 ? i / 3073 : i & 255));

describe('damaged files give what is left or errors that name them', () => {
  it('IDX', async () => {
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), idxLabels);
    await check('train-images-idx3-ubyte', idx, 'mnist', 150);
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), idx);
    await check('train-labels-idx1-ubyte', idxLabels, 'mnist', 150);
    await check('train-labels-idx1-ubyte.gz', gzipSync(idxLabels), 'mnist', 100);
  });

  it('CIFAR', async () => {
    await check('train.bin', cifar, 'cifar-10', 60);
    await check('train.bin.gz', gzipSync(cifar), 'cifar-10', 60);
  });

  it('tar', async () => {
    const png = await encodePng({ width: 3, height: 2, data: new Uint8Array(18).fill(9) });
    const shard = tarFile([
      [`${'long/'.repeat(30)}1.png`, png],
      [`${'long/'.repeat(30)}1.cls`, '1'],
      ['2.png', png],
      ['2.json', '{"cls":0}'],
    ]);
    await check('shard.tar', shard, 'tar', 200);
  });

  it('parquet', async () => {
    const file = readFileSync(fileURLToPath(new URL('../testdata/hub-images.parquet', import.meta.url)));
    await check('rows.parquet', file, 'parquet', 300);
  });
});
