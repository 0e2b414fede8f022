import { CAPTION_HEIGHT, type RgbImage } from 'perceiver-image-files';
import { describe, expect, it } from 'vitest';
import { constantFlow } from '../flow-field.js';
import { waves } from '../testing/frames.js';
import { drawArrows } from './draw-arrows.js';
import { errorMap } from './error-map.js';
import { colourFlow } from './flow-colours.js';
import { flowPicture } from './flow-picture.js';
import { warpFrame } from './warp-frame.js';

const pixel = ({ width, data }: RgbImage, x: number, y: number): number[] => {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
};

describe('colours of flow', () => {
  const colour = (u: number, v: number, longest = 1) => pixel(colourFlow(constantFlow(1, 1, u, v), longest), 0, 0);

  it('are those of Baker et al.', () => {
    expect(colour(0, 0)).toEqual([255, 255, 255]);
    expect(colour(1, 0)).toEqual([255, 0, 0]);
    // Down, left and up are 13.5, 27 and 40.5 steps round the wheel of 55: orange to yellow, cyan to blue, violet.
    expect(colour(0, 1)).toEqual([255, 229, 0]);
    expect(colour(-1, 0)).toEqual([0, 209, 255]);
    expect(colour(0, -1)).toEqual([88, 0, 255]);
  });

  it('are pale for short and dark for too long vectors, black for unknown ones', () => {
    expect(colour(0.5, 0)).toEqual([255, 127, 127]);
    expect(colour(2, 0)).toEqual([191, 0, 0]);
    const unknown = { ...constantFlow(2, 1, 1, 0), valid: Uint8Array.of(0, 1) };
    expect([...colourFlow(unknown).data]).toEqual([0, 0, 0, 255, 0, 0]);
    expect(colour(Number.NaN, 1)).toEqual([0, 0, 0]);
  });
});

describe('a warped frame', () => {
  it('is the first frame where flow is true', () => {
    const [first, second] = [waves(40, 20), waves(40, 20, 3)];
    const warped = warpFrame(second, constantFlow(40, 20, 3, 0));
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 37; x++) expect(pixel(warped, x, y)).toEqual(pixel(first, x, y));
    }
    expect(pixel(warped, 38, 5)).toEqual([0, 0, 0]);
  });

  it('lies between pixels', () => {
    const frame = { width: 2, height: 2, data: Uint8Array.of(0, 0, 0, 100, 100, 100, 200, 200, 200, 40, 40, 40) };
    const warped = warpFrame(frame, constantFlow(2, 2, 0.25, 0.5));
    // Above 0 and 100, below 200 and 40: (25 + 160) / 2.
    expect(pixel(warped, 0, 0)).toEqual([93, 93, 93]);
    expect(pixel(warped, 1, 1)).toEqual([0, 0, 0]);
  });
});

describe('errors', () => {
  it('are dark where small, gray where the truth is not known, bright where flow is no number', () => {
    const truth = { ...constantFlow(4, 1, 0, 0), valid: Uint8Array.of(1, 1, 0, 1) };
    const flow = { width: 4, height: 1, data: Float32Array.of(0, 0, 30, 40, 9, 9, Number.NaN, 0) };
    const map = errorMap(flow, truth);
    expect([0, 1, 2, 3].map((x) => pixel(map, x, 0))).toEqual([
      [0, 0, 4],
      [252, 253, 191],
      [128, 128, 128],
      [252, 253, 191],
    ]);
  });
});

describe('arrows', () => {
  it('point along the flow', async () => {
    const frame = { width: 60, height: 60, data: new Uint8Array(60 * 60 * 3) };
    const drawn = await drawArrows(frame, constantFlow(60, 60, 20, 0), { spacing: 60 });
    expect([drawn.width, drawn.height, drawn.data.length]).toEqual([60, 60, 10_800]);
    // One arrow, from the middle to the right by twice the spacing at most.
    const lit = (x: number, y: number) => pixel(drawn, x, y)[0]! > 128;
    expect([lit(45, 30), lit(15, 30), lit(30, 50)]).toEqual([true, false, false]);
    const still = await drawArrows(frame, { ...constantFlow(60, 60, 20, 0), valid: new Uint8Array(3600) });
    expect(Math.max(...still.data)).toBe(0);
  });
});

describe('sheets', () => {
  it('show a pair with and without truth', async () => {
    const scene = { frame1: waves(20, 12), frame2: waves(20, 12, 1), flow: constantFlow(20, 12, 1, 0) };
    const rowsHigh = (rows: number) => rows * (12 + CAPTION_HEIGHT) + (rows - 1) * 4;
    expect(await flowPicture(scene)).toMatchObject({ width: 44, height: rowsHigh(3) });
    const sheet = await flowPicture({ ...scene, truth: scene.flow });
    expect(sheet).toMatchObject({ width: 44, height: rowsHigh(4) });
    // The second frame begins right of the first and below its line.
    expect(pixel(sheet, 24 + 3, CAPTION_HEIGHT + 5)).toEqual(pixel(scene.frame2, 3, 5));
    expect(await flowPicture(scene, 'colours')).toMatchObject({ width: 20, height: 12 });
    await expect(flowPicture(scene, 'error')).rejects.toThrow('expected a truth');
  });
});
