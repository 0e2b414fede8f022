import type { RgbImage } from 'perceiver-image-files';
import { type HostRandom, hostRandom } from 'perceiver-training/random';
import { describe, expect, it } from 'vitest';
import { symmetricBeta } from './beta.js';
import { inceptionCrop } from './inception-crop.js';
import { cutMixRows, mixBatch, mixUpRows, type SoftBatch } from './mix-batch.js';
import { oneHot } from './one-hot.js';
import { hue, posterize, rotate } from './operations/index.js';
import { prepareImage } from './prepare-image.js';
import { randAugment } from './rand-augment.js';

const picture = (width: number, height: number, value: (x: number, y: number) => number): RgbImage => {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(value(x, y), (y * width + x) * 3, (y * width + x) * 3 + 3);
  return { width, height, data };
};
const reds = ({ data }: RgbImage) => [...data].filter((_, i) => i % 3 === 0);

/** Gives fixed uniform numbers, then fails. */
const fixed = (...numbers: number[]): HostRandom => ({
  uniform: () => numbers.shift()!,
  integer: (limit) => Math.floor(numbers.shift()! * limit),
  normal: () => {
    throw new Error('no normal numbers here');
  },
});

describe('operations', () => {
  it('turn the hue as Pillow 13 does', () => {
    const colours = Uint8Array.of(200, 30, 90, 12, 250, 249, 7, 7, 8, 90, 90, 90, 255, 0, 0);
    const image = { width: 5, height: 1, data: colours };
    expect([...hue(image, 0.25).data]).toEqual([182, 200, 31, 124, 13, 250, 8, 7, 8, 90, 90, 90, 132, 255, 0]);
    expect([...hue(image, -0.31).data]).toEqual([31, 66, 200, 219, 250, 13, 7, 8, 7, 90, 90, 90, 42, 0, 255]);
  });

  it('turn square pictures by quarters exactly, and keep no bit', () => {
    const square = picture(2, 2, (x, y) => 2 * y + x);
    expect(reds(rotate(square, 90))).toEqual([1, 3, 0, 2]);
    expect(reds(rotate(square, -90))).toEqual([2, 0, 3, 1]);
    expect(reds(rotate(square, 180))).toEqual([3, 2, 1, 0]);
    expect(reds(rotate(square, 360))).toEqual([0, 1, 2, 3]);
    expect(
      reds(
        posterize(
          picture(2, 1, () => 255),
          0,
        ),
      ),
    ).toEqual([0, 0]);
  });
});

describe('RandAugment', () => {
  const ramp = picture(16, 8, (x, y) => 10 * x + y);

  it('draws operations and signs, and is the same for the same seed', () => {
    const results = Array.from({ length: 40 }, (_, seed) => randAugment(ramp, hostRandom(seed)));
    expect(randAugment(ramp, hostRandom(7))).toEqual(results[7]);
    expect(new Set(results.map(({ data }) => data.join())).size).toBeGreaterThan(30);
    // Nothing but a shift by 100 / 224 of the width at magnitude 10: 7.14 pixels of 16, either way.
    const shifts = { layers: 1, magnitude: 10, operations: ['TranslateX'] } as const;
    expect(reds(randAugment(ramp, fixed(0, 0.9), shifts)).slice(0, 16)).toEqual([
      ...[70, 80, 90, 100, 110, 120, 130, 140, 150],
      ...new Array(7).fill(128),
    ]);
    expect(reds(randAugment(ramp, fixed(0, 0.1), shifts)).slice(0, 8)).toEqual([...new Array(7).fill(128), 0]);
  });

  it('is the identity where magnitude 5 makes it so, and refuses what is out of range', () => {
    const operations = ['Color', 'Contrast', 'Brightness', 'Sharpness'] as const;
    expect(randAugment(ramp, hostRandom(0), { operations, layers: 8 })).toEqual(ramp);
    expect(() => randAugment(ramp, hostRandom(0), { magnitude: 11 })).toThrow(
      'expected a magnitude from 0 to 10, got 11',
    );
    expect(() => randAugment(ramp, hostRandom(0), { layers: 0.5 })).toThrow('layers');
  });

  it('cuts out a square', () => {
    const cut = randAugment(ramp, fixed(0, 0.5, 0), { layers: 1, operations: ['Cutout'], cutout: 4 });
    // Reach 2 about (8, 0): rows 0 and 1, columns 6 to 9.
    expect(reds(cut).flatMap((level, i) => (level === reds(ramp)[i] ? [] : [i]))).toEqual([6, 7, 8, 9, 22, 23, 24, 25]);
  });
});

describe('crops', () => {
  it('stay within the picture, and have the asked areas and proportions', () => {
    const random = hostRandom(3);
    const areas: number[] = [];
    for (let i = 0; i < 2000; i++) {
      const { left, top, width, height } = inceptionCrop({ width: 300, height: 200 }, random);
      expect(left >= 0 && top >= 0 && left + width <= 300 && top + height <= 200).toBe(true);
      expect(width / height).toBeGreaterThan(0.74);
      expect(width / height).toBeLessThan(1.35);
      areas.push((width * height) / 60_000);
    }
    expect(Math.min(...areas)).toBeGreaterThan(0.075);
    expect(Math.max(...areas)).toBeGreaterThan(0.85);
    // Evenly over the areas that always fit.
    expect(areas.filter((area) => area < 0.24).length / areas.filter((area) => area < 0.4).length).toBeCloseTo(0.5, 1);
    expect(inceptionCrop({ width: 100, height: 1 }, random)).toMatchObject({ top: 0, height: 1, width: 1 });
  });

  it('say where they are in the whole picture', async () => {
    const image = picture(8, 4, (x) => 10 * x);
    const centred = await prepareImage(image, fixed(), { size: [4, 4], centre: 1 });
    expect(centred.box).toEqual([-1, -0.5, 1, 0.5]);
    expect(reds(centred.image).slice(0, 4)).toEqual([20, 30, 40, 50]);
    const mirrored = await prepareImage(image, fixed(0), { size: [4, 4], centre: 1, augment: { mirror: 1 } });
    expect(mirrored.box).toEqual([-1, 0.5, 1, -0.5]);
    expect(reds(mirrored.image).slice(0, 4)).toEqual([50, 40, 30, 20]);
    // Offsets 2 to the right and -1 up, of 8 x 4 pixels.
    const moved = await prepareImage(image, fixed(0.99, 0.3), { size: [4, 8], augment: { shift: 2 } });
    expect(moved.box).toEqual([-1.5, -0.5, 0.5, 1.5]);
    expect(reds(moved.image).slice(0, 16)).toEqual([...new Array(8).fill(0), 20, 30, 40, 50, 60, 70, 0, 0]);
  });

  it('give the colours that their boxes say', async () => {
    // A ramp from 0 to 252: a column's colour says where it was.
    const ramp = picture(64, 64, (x) => 4 * x);
    for (let seed = 0; seed < 10; seed++) {
      const options = { size: [32, 32], augment: { inceptionCrop: { area: [0.3, 1] }, mirror: 0.5 } } as const;
      const { image, box } = await prepareImage(ramp, hostRandom(seed), options);
      const column = 20;
      const place = box[1] + ((column + 0.5) / 32) * (box[3] - box[1]);
      const expected = (32 * (place + 1) - 0.5) * 4;
      expect(Math.abs(reds(image)[column]! - expected)).toBeLessThan(2);
    }
  });
});

describe('mixing', () => {
  const batch = (rows: number): SoftBatch => ({
    pixels: Float32Array.from({ length: rows * 12 }, (_, i) => Math.floor(i / 12)),
    shape: [rows, 4, 3, 1],
    targets: oneHot(
      Array.from({ length: rows }, (_, i) => i),
      rows,
    ),
  });
  const row = (values: Float32Array, index: number, rows: number) => [
    ...values.subarray((index * values.length) / rows, ((index + 1) * values.length) / rows),
  ];

  it('has a one for each class', () => {
    expect([...oneHot([1, 0], 3)]).toEqual([0, 1, 0, 1, 0, 0]);
    expect(() => oneHot([4], 4)).toThrow('expected classes from 0 to 3, got 4');
  });

  it('has shares of the beta distribution', () => {
    const random = hostRandom(2);
    for (const alpha of [0.2, 1, 4]) {
      const shares = Array.from({ length: 20_000 }, () => symmetricBeta(alpha, random));
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1);
    }
  });

  it('blends pictures and targets by one share', () => {
    const mixed = mixUpRows(batch(3), hostRandom(5), 0.5, 0, 3);
    for (let i = 0; i < 3; i++) {
      const other = (i + 1) % 3;
      const share = row(mixed.targets, i, 3)[other]!;
      expect(row(mixed.targets, i, 3)[i]).toBeCloseTo(1 - share, 6);
      expect(row(mixed.pixels, i, 3)[0]).toBeCloseTo(i + share * (other - i), 5);
    }
  });

  it('covers rectangles, targets by their areas', () => {
    const source = batch(40);
    const mixed = cutMixRows(source, hostRandom(1), 0, 40);
    let covered = 0;
    for (let i = 0; i < 40; i++) {
      const other = (i + 1) % 40;
      const pixels = row(mixed.pixels, i, 40);
      const share = pixels.filter((value) => value === other).length / 12;
      expect(pixels.every((value) => value === i || value === other)).toBe(true);
      expect(row(mixed.targets, i, 40)[other]).toBeCloseTo(share, 6);
      covered += share;
    }
    expect(covered).toBeGreaterThan(4);
    expect(source).toEqual(batch(40));
  });

  it('takes half a batch each', () => {
    const both = mixBatch(batch(4), hostRandom(0), { mixUp: 0.2, cutMix: true });
    // No row is mixed over the middle.
    for (const [i, others] of [
      [0, [2, 3]],
      [1, [2, 3]],
      [2, [0, 1]],
      [3, [0, 1]],
    ] as const) {
      for (const other of others) expect(row(both.targets, i, 4)[other]).toBe(0);
      expect(row(both.targets, i, 4).reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
    }
    expect(() => mixBatch(batch(2), hostRandom(0), { mixUp: 0 })).toThrow('MixUp: expected an alpha above 0');
  });
});
