import { describe, expect, it } from 'vitest';
import { fourierChannels, fourierFeatures } from './fourier-features.js';
import { gridFourierFeatures } from './grid-fourier-features.js';
import { axisPositions, gridPositions } from './grid-positions.js';
import { linspace } from './linspace.js';

describe('positions', () => {
  it('span both ends, rounded to float32', () => {
    expect([...linspace(-1, 1, 5)]).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect([...linspace(2, 7, 1)]).toEqual([2]);
    expect(linspace(1, 112, 64)[63]).toBe(112);
    expect([...axisPositions(4, 'query')]).toEqual([-1, -0.5, 0, 0.5]);
  });

  it('run row by row', () => {
    expect([...gridPositions([2, 3])]).toEqual([-1, -1, -1, 0, -1, 1, 1, -1, 1, 0, 1, 1]);
    expect([...gridPositions([2, 3], { indices: [5, 1] })]).toEqual([1, 1, -1, 0]);
    expect(() => gridPositions([2, 3], { indices: [6] })).toThrow('indices in [0, 6)');
  });
});

describe('Fourier features', () => {
  it('are positions, sines of all axes, cosines of all axes, bands from 1 to half the resolution', () => {
    const options = { numBands: 2, maxResolution: [4, 8] };
    const features = fourierFeatures(Float32Array.of(0.25, -0.5), options);
    const phases = [0.25 * 1, 0.25 * 2, -0.5 * 1, -0.5 * 4].map((turns) => turns * Math.PI);
    const expected = [0.25, -0.5, ...phases.map(Math.sin), ...phases.map(Math.cos)];
    expect(features).toHaveLength(fourierChannels(options));
    expected.forEach((value, i) => {
      expect(features[i]).toBeCloseTo(value, 6);
    });
    const bare = fourierFeatures(Float32Array.of(0.25, -0.5), { ...options, concatPositions: false });
    expect(bare).toEqual(features.slice(2));
    expect(() => fourierFeatures(Float32Array.of(1), options)).toThrow('positions of 2 axes');
  });

  it('of a grid are those of its points, bit for bit', () => {
    for (const [sizes, rule] of [
      [[5, 7], 'end-inclusive'],
      [[3, 4, 2], 'query'],
      [[1], undefined],
    ] as const) {
      const options = { numBands: 6, maxResolution: sizes.map((size) => 2 * size + 1) };
      const points = gridPositions(sizes, { rule });
      expect(gridFourierFeatures(sizes, { ...options, rule })).toEqual(fourierFeatures(points, options));
      const bare = { ...options, concatPositions: false };
      expect(gridFourierFeatures(sizes, { ...bare, rule })).toEqual(fourierFeatures(points, bare));
    }
    expect(() => gridFourierFeatures([2], { numBands: 1, maxResolution: [2, 2] })).toThrow('expected 2 sizes, got 1');
  });

  it('have the channels of the released models', () => {
    expect(fourierChannels({ numBands: 64, maxResolution: [224, 224] })).toBe(258);
    expect(fourierChannels({ numBands: 192, maxResolution: [30720] })).toBe(385);
    expect(fourierChannels({ numBands: 32, maxResolution: [16, 56, 56] })).toBe(195);
  });
});
