import type { RgbImage } from 'perceiver-image-files';
import { describe, expect, it } from 'vitest';
import { centreCrop } from './centre-crop.js';
import { changeProcessor } from './change-processor.js';
import { fitImage, normalizeImage, processImage } from './image-processor.js';
import { resizeBicubic } from './resize-bicubic.js';

const picture = (width: number, height: number, value: (x: number, y: number) => number): RgbImage => {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = value(x, y) + c;
  return { width, height, data };
};

describe('the bicubic resize', () => {
  it('keeps what is flat and what has the size already', () => {
    const flat = picture(7, 5, () => 99);
    expect([...new Set(resizeBicubic(flat, 11, 3).data)].sort()).toEqual([100, 101, 99]);
    expect(resizeBicubic(flat, 7, 5).data).toEqual(flat.data);
  });

  it('has the weights of Keys cubic where it doubles a step', () => {
    // Between 0 and 200: at a quarter pixel from the edge, weights -0.0703, 0.8672, 0.2266, -0.0234.
    const step = picture(8, 1, (x) => (x < 4 ? 0 : 200));
    const reds = [...resizeBicubic(step, 16, 1).data].filter((_, i) => i % 3 === 0);
    expect(reds.slice(5, 11)).toEqual([0, 0, 41, 159, 214, 205]);
  });
});

describe('the centre crop', () => {
  it('takes the middle, and pads with zeros', () => {
    const image = picture(5, 4, (x, y) => 10 * y + 40 * x + 1);
    const small = centreCrop(image, 2, 1);
    expect([...small.data]).toEqual([...image.data.subarray((1 * 5 + 1) * 3, (1 * 5 + 3) * 3)]);
    const wide = centreCrop(image, 8, 4);
    expect(wide.data.subarray(0, 6).every((value) => value === 0)).toBe(true);
    expect([...wide.data.subarray(6, 21)]).toEqual([...image.data.subarray(0, 15)]);
  });
});

describe('the processor', () => {
  it('normalises each colour', () => {
    const one = normalizeImage({ width: 1, height: 1, data: Uint8Array.of(255, 0, 51) });
    [(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225].forEach((value, i) => {
      expect(one[i]).toBeCloseTo(value, 5);
    });
  });

  it('takes pictures of any size, down to one pixel', async () => {
    for (const [width, height] of [
      [1, 1],
      [2, 2],
      [500, 3],
      [3, 500],
    ] as const) {
      expect(
        (
          await processImage(
            picture(width, height, () => 3),
            { size: [32, 40] },
          )
        ).length,
      ).toBe(32 * 40 * 3);
    }
  });

  it("resizes with sharp's filter too, to nearly the same", async () => {
    const image = picture(120, 90, (x, y) => Math.round(100 + 60 * Math.sin(x / 9) + 60 * Math.cos(y / 7)));
    const [own, sharps] = await Promise.all([fitImage(image), fitImage(image, { resize: 'sharp' })]);
    expect(sharps.data.length).toBe(own.data.length);
    const distance = own.data.reduce((sum, value, i) => sum + Math.abs(value - sharps.data[i]!), 0) / own.data.length;
    expect(distance).toBeLessThan(3);
  });
});

it('keeps the same share of a picture where the size alone is changed', async () => {
  const image = picture(100, 80, (x, y) => 2 * x + y);
  const own = { size: [40, 30], cropSize: [50, 60] } as const;
  const changed = changeProcessor(own, { size: [20, 60] });
  expect(changed).toEqual({ size: [20, 60], cropSize: [25, 120] });
  expect(changeProcessor(own, { size: [20, 60], cropSize: false }).cropSize).toBe(false);
  expect(changeProcessor({ size: [40, 30] }, { size: [20, 60] })).toEqual({ size: [20, 60] });
  const kept = await fitImage(image, { ...changed, resize: false });
  expect([kept.height, kept.width]).toEqual([64, 40]);
});
