import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { gridPositions } from 'perceiver-core';
import { describe, expect, it } from 'vitest';
import { readWav } from '../wav/wav-reader.js';
import { audioPatches } from './audio-patches.js';
import { createFft } from './fft.js';
import { melFilters } from './mel-filters.js';
import { logMel, melSpectrogram, powerToDb } from './mel-spectrogram.js';
import { muLawCompress, muLawDecode, muLawEncode, muLawExpand } from './mu-law.js';
import { createResampler, resamplePoly } from './resampler.js';
import { magnitude, stft } from './stft.js';
import { videoPatches } from './video-patches.js';

const sine = (length: number, hz: number, rate: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));
const near = (a: ArrayLike<number>, b: ArrayLike<number>, limit: number) => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThanOrEqual(limit);
};
const YES = '../shared/data/audio/speech_commands/yes_1000ms.wav';

describe('fft', () => {
  it('equals the definition, at any length', () => {
    const property = fc.property(fc.integer({ min: 1, max: 120 }), fc.integer(), (length, seed) => {
      const [real, imaginary] = [0, 1].map((part) =>
        Float64Array.from({ length }, (_, i) => Math.sin(seed + 3.7 * i * i + part)),
      );
      const result = createFft(length).transform(real!, imaginary);
      for (let k = 0; k < length; k++) {
        let [re, im] = [0, 0];
        for (let n = 0; n < length; n++) {
          const angle = (-2 * Math.PI * ((k * n) % length)) / length;
          re += real![n]! * Math.cos(angle) - imaginary![n]! * Math.sin(angle);
          im += real![n]! * Math.sin(angle) + imaginary![n]! * Math.cos(angle);
        }
        near([result.real[k]!, result.imaginary[k]!], [re, im], 1e-11);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('keeps the energy of a long signal', () => {
    const x = sine(48_000, 440.3, 48_000);
    const { real, imaginary } = createFft(48_000).transform(x);
    const energy = real.reduce((sum, value, k) => sum + value ** 2 + imaginary[k]! ** 2, 0) / 48_000;
    expect(energy / x.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 12);
  });

  it('refuses what has another length', () => {
    expect(() => createFft(0)).toThrow('expected a length from 1, got 0');
    expect(() => createFft(8).transform([1])).toThrow('expected 8 numbers, got 1');
  });
});

describe('spectra', () => {
  it('of a sine stand at its frequency, half of the window high', () => {
    const spectra = stft(sine(4000, 1000, 8000), { fftLength: 256, hopLength: 64, center: false });
    const values = magnitude(spectra);
    const column = Array.from({ length: spectra.bins }, (_, bin) => values[bin * spectra.frames + 5]!);
    expect(column.indexOf(Math.max(...column))).toBe(32);
    // The sum of a periodic Hann window is half its length; a sine is half of each of two exponentials.
    expect(column[32]).toBeCloseTo(64, 9);
    expect(spectra.frames).toBe(1 + Math.floor((4000 - 256) / 64));
  });

  it('centred frames begin half a frame early, with zeros or the mirror image', () => {
    const signal = Float64Array.from({ length: 10 }, (_, i) => i + 1);
    const options = { fftLength: 4, hopLength: 4 };
    const first = (padMode: 'constant' | 'reflect') => stft(signal, { ...options, padMode }).real[0];
    // A Hann window of 4 is 0, 1/2, 1, 1/2: here over 0 0 1 2, and 3 2 1 2.
    expect(first('constant')).toBeCloseTo(2, 12);
    expect(first('reflect')).toBeCloseTo(3, 12);
    expect(stft(signal, options).frames).toBe(3);
  });

  it('refuse lengths that do not go together', () => {
    expect(() => stft([1, 2], { fftLength: 8, center: false })).toThrow('expected at least 8 samples, got 2');
    expect(() => stft([1, 2], { fftLength: 8, padMode: 'reflect' })).toThrow('expected more than 4 samples to mirror');
    expect(() => stft(new Float64Array(100), { fftLength: 8, windowLength: 9 })).toThrow('a window of at most 8');
    expect(() => stft(new Float64Array(100), { hopLength: 0 })).toThrow('hopLength as a whole number from 1');
  });
});

describe('mel bands', () => {
  it('cover the frequencies between the outermost peaks without a gap when they are not normalised', () => {
    const options = { sampleRate: 16_000, fftLength: 2048, numMels: 20, norm: 'none', scale: 'htk' } as const;
    const filters = melFilters(options);
    const bins = 1025;
    const peak = (mel: number) =>
      filters.subarray(mel * bins, (mel + 1) * bins).reduce((best, w, i, row) => (w > row[best]! ? i : best), 0);
    for (let bin = peak(0) + 1; bin < peak(19); bin++) {
      let sum = 0;
      for (let mel = 0; mel < 20; mel++) sum += filters[mel * bins + bin]!;
      expect(sum).toBeCloseTo(1, 10);
    }
  });

  it('follow the pitch', () => {
    const options = { sampleRate: 16_000, fftLength: 512, numMels: 40 };
    const loudest = (hz: number) => {
      const { values, frames } = melSpectrogram(sine(8000, hz, 16_000), options);
      const column = Array.from({ length: 40 }, (_, mel) => values[mel * frames + 10]!);
      return column.indexOf(Math.max(...column));
    };
    const bands = [200, 400, 800, 1600, 3200, 6400].map(loudest);
    expect(bands).toEqual([...bands].sort((a, b) => a - b));
    expect(new Set(bands).size).toBe(6);
  });

  it('in decibels and logarithms', () => {
    near(powerToDb(Float64Array.of(1, 10, 1e-20, 1e-9), { topDb: undefined }), [0, 10, -100, -90], 1e-12);
    near(powerToDb(Float64Array.of(100, 1e-20)), [20, -60], 1e-12);
    near(powerToDb(Float64Array.of(4), { reference: 2 }), [10 * Math.log10(2)], 1e-12);
    near(logMel(Float64Array.of(0, 0.99)), [Math.log(0.01), 0], 1e-12);
  });

  it('refuse what cannot be', () => {
    expect(() => melFilters({ sampleRate: 8000, fftLength: 256, minFrequency: 5000 })).toThrow(
      'minFrequency < maxFrequency',
    );
    expect(() => melFilters({ sampleRate: 8000, fftLength: 256, numMels: 0 })).toThrow('numMels from 1');
  });

  it.skipIf(!existsSync(YES))('show where a word is', async () => {
    const { sampleRate, data } = await readWav(YES);
    const { values, numMels, frames } = melSpectrogram(data, {
      sampleRate,
      fftLength: 512,
      hopLength: 160,
      numMels: 40,
    });
    const energy = Array.from({ length: frames }, (_, frame) => {
      let sum = 0;
      for (let mel = 0; mel < numMels; mel++) sum += values[mel * frames + frame]!;
      return sum;
    });
    const sorted = [...energy].sort((a, b) => a - b);
    expect(Math.max(...energy) / sorted[Math.floor(frames / 10)]!).toBeGreaterThan(100);
  });
});

describe('mu-law', () => {
  it('expands what it compressed', () => {
    const signal = Float64Array.from({ length: 201 }, (_, i) => (i - 100) / 100);
    near(muLawExpand(muLawCompress(signal)), signal, 1e-14);
    expect(muLawCompress([1, -1, 0])).toEqual(Float64Array.of(1, -1, 0));
  });

  it('codes rise with the signal, use all of 8 bits and come back near', () => {
    const signal = Float64Array.from({ length: 20_001 }, (_, i) => (i - 10_000) / 10_000);
    const codes = muLawEncode(signal);
    expect([codes[0], codes[1], codes.at(-1)]).toEqual([-128, -127, 127]);
    expect(new Set(codes).size).toBe(256);
    expect(codes.every((code, i) => i === 0 || code >= codes[i - 1]!)).toBe(true);
    const decoded = muLawDecode(codes);
    expect(signal.every((value, i) => Math.abs(value - decoded[i]!) < 0.005 + 0.05 * Math.abs(value))).toBe(true);
  });
});

describe('resampling', () => {
  it('keeps a tone below the new limit and removes one above', () => {
    const middle = (signal: Float64Array) => signal.slice(300, -300);
    near(middle(resamplePoly(sine(6000, 500, 16_000), 3, 1)), middle(sine(18_000, 500, 48_000)), 2e-3);
    near(middle(resamplePoly(sine(18_000, 7000, 48_000), 1, 6)), new Float64Array(2400), 2e-3);
    expect(resamplePoly([1, 2, 3], 5, 5)).toEqual(Float64Array.of(1, 2, 3));
  });

  it('in pieces is the same as at once', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 90 }),
      (up, down, size) => {
        const signal = sine(200, 3, 100);
        const resampler = createResampler(up, down);
        const whole = resamplePoly(signal, up, down);
        expect(whole.length).toBe(Math.ceil((200 * up) / down));
        for (let start = 0; start < whole.length; start += size) {
          const count = Math.min(size, whole.length - start);
          const [from, to] = resampler.inputRange(start, count);
          const piece = resampler.resample(signal.slice(Math.max(0, from), to), Math.max(0, from), start, count);
          expect(piece).toEqual(whole.slice(start, start + count));
        }
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  it('refuses ratios that are none', () => {
    expect(() => createResampler(0, 1)).toThrow('expected up as a whole number from 1, got 0');
    expect(() => createResampler(48_000.5, 1)).toThrow('expected up');
    expect(() => createResampler(15_485_863, 44_100)).toThrow('up to 1,000,000');
  });
});

describe('patches', () => {
  it('of sound follow each other', () => {
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    expect(audioPatches({ sampleRate: 8000, channels: 1, data }, 4)).toEqual({
      grid: [3],
      numChannels: 4,
      values: data,
    });
    expect(audioPatches({ sampleRate: 8000, channels: 2, data }, 3)).toMatchObject({ grid: [2], numChannels: 6 });
    expect(() => audioPatches({ sampleRate: 8000, channels: 1, data }, 5)).toThrow('a multiple of 5 samples, got 12');
  });

  it('of video have the order frame, row, column, colour', () => {
    const [frames, height, width] = [4, 6, 8];
    const data = Uint8Array.from({ length: frames * height * width * 3 }, (_, i) => i % 251);
    const clip = { frames, height, width, fps: 25, data };
    const [t, h, w] = [2, 3, 4];
    const { grid, numChannels, values } = videoPatches(clip, { size: [t, h, w], scale: 2, offset: -1 });
    expect({ grid, numChannels }).toEqual({ grid: [2, 2, 2], numChannels: 72 });
    for (let i = 0; i < data.length; i++) {
      const [colour, x, y, frame] = [
        i % 3,
        Math.floor(i / 3) % width,
        Math.floor(i / 24) % height,
        Math.floor(i / 144),
      ];
      const row = (Math.floor(frame / t) * 2 + Math.floor(y / h)) * 2 + Math.floor(x / w);
      const channel = (((frame % t) * h + (y % h)) * w + (x % w)) * 3 + colour;
      expect(values[row * numChannels + channel]).toBe(data[i]! * 2 - 1);
    }
    expect(gridPositions(grid).length).toBe(3 * (values.length / numChannels));
  });

  it('of the size of the multimodal autoencoder', () => {
    const clip = { frames: 16, height: 224, width: 224, fps: 25, data: new Uint8Array(16 * 224 * 224 * 3).fill(255) };
    const { grid, numChannels, values } = videoPatches(clip);
    expect({ grid, numChannels }).toEqual({ grid: [16, 56, 56], numChannels: 48 });
    expect(values.every((value) => value === 1)).toBe(true);
  });

  it('must fill the video', () => {
    const clip = { frames: 2, height: 6, width: 8, fps: 25, data: new Uint8Array(288) };
    expect(() => videoPatches(clip)).toThrow('expected 2 x 6 x 8 to be multiples of 1 x 4 x 4');
    expect(() => videoPatches({ ...clip, height: 4 })).toThrow('got 288 numbers');
  });
});
