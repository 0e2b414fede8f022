import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAudio, readVideo } from 'perceiver-audio-video';
import { CAPTION_HEIGHT, readImage } from 'perceiver-image-files';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { multimodalPerceiverTiny } from '../model/presets/multimodal-perceiver-tiny.js';
import { clipShape } from '../predict/clip-shape.js';
import { compressionOf } from '../predict/compression.js';
import type { Reconstruction } from '../predict/multimodal-predictor.js';
import { generatedClip, hasFfmpeg, temporaryFolder } from '../testing/clips.js';
import { contactSheet, sideBySide, sideBySideSize } from './contact-sheet.js';
import { drawWaveform } from './waveform.js';
import { writeReconstruction } from './write-reconstruction.js';

const shape = { ...clipShape(multimodalPerceiverTiny), frames: 10 };
const { video, audio } = generatedClip(shape);
const black = { ...video, data: new Uint8Array(video.data.length) };
const silence = { ...audio!, data: new Float32Array(audio!.data.length) };
const reconstruction: Reconstruction = {
  original: { video, audio: audio! },
  video: black,
  audio: silence,
  labels: [],
  psnr: { video: 3 },
  compression: compressionOf(multimodalPerceiverTiny, 36),
  windows: [],
  leftOut: 0,
};
const folder = temporaryFolder();

it('draws a waveform between its extremes', () => {
  const samples = Float32Array.from({ length: 1000 }, (_, i) => (i < 500 ? 1 : i % 2 === 0 ? 0.5 : -0.5));
  const { data } = drawWaveform(samples, 2, 21);
  const blue = [0, 1].map((x) => Array.from({ length: 21 }, (_, y) => data[(y * 2 + x) * 3] === 31));
  expect(blue[0]!.flatMap((is, y) => (is ? [y] : []))).toEqual([0]);
  expect(blue[1]!.flatMap((is, y) => (is ? [y] : []))).toEqual(Array.from({ length: 11 }, (_, i) => i + 5));
});

/** From one row of frames, or waveforms, to the next. */
const STEP = 16 + 4 + CAPTION_HEIGHT;

it('shows each frame above its reconstruction, 8 in a row', async () => {
  const sheet = await contactSheet(reconstruction);
  expect([sheet.width, sheet.height]).toEqual([8 * 20 - 4, 6 * STEP - 4]);
  const red = (x: number, row: number, y: number) =>
    sheet.data[((row * STEP + CAPTION_HEIGHT + y) * sheet.width + x) * 3];
  expect(red(20 + 3, 0, 5)).toBe(video.data[(16 * 16 + 5 * 16 + 3) * 3]); // frame 1
  expect(red(20 + 3, 1, 5)).toBe(0);
  expect(red(20 + 3, 2, 5)).toBe(video.data[(9 * 16 * 16 + 5 * 16 + 3) * 3]); // frame 9
  const pairs = [...sideBySide(reconstruction)];
  expect(pairs.length).toBe(10);
  for (const { width, height } of pairs) expect([width, height]).toEqual(sideBySideSize(video));
});

it('shows 32 of many frames, from the first to the last', async () => {
  const long = generatedClip({ ...shape, frames: 100 }).video;
  const sheet = await contactSheet({ ...reconstruction, original: { video: long, audio: audio! }, video: long });
  expect([sheet.width, sheet.height]).toEqual([8 * 20 - 4, 10 * STEP - 4]);
  const red = (x: number, row: number, y: number) =>
    sheet.data[((row * STEP + CAPTION_HEIGHT + y) * sheet.width + x) * 3];
  expect(red(3, 0, 5)).toBe(long.data[(5 * 16 + 3) * 3]);
  expect(red(7 * 20 + 3, 6, 5)).toBe(long.data[(99 * 16 * 16 + 5 * 16 + 3) * 3]);
});

describe('writeReconstruction', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.skipIf(!hasFfmpeg)('writes files that read back', async () => {
    const out = join(folder, 'with');
    const { files, withoutVideo } = await writeReconstruction(out, reconstruction);
    expect(withoutVideo).toBeUndefined();
    const names = ['contact-sheet.png', 'reconstruction.wav', 'reconstruction.mp4', 'side-by-side.mp4'];
    expect(files).toEqual(names.map((name) => join(out, name)));
    const pair = await readVideo(join(out, 'side-by-side.mp4'));
    expect([pair.frames, pair.width, pair.height, pair.fps]).toEqual([10, 36, 16, 25]);
    const right = pair.data.filter((_, i) => Math.floor(i / 3) % 36 > 24);
    expect(Math.max(...right)).toBeLessThan(40);
    expect((await readAudio(join(out, 'reconstruction.wav'))).data).toEqual(silence.data);
    expect((await readImage(join(out, 'contact-sheet.png'))).width).toBe(156);
  });

  it('writes frames where there is no ffmpeg, and says so', async () => {
    vi.stubEnv('FFMPEG_PATH', join(folder, 'nowhere'));
    const out = join(folder, 'without');
    const { files, withoutVideo } = await writeReconstruction(out, reconstruction);
    expect(withoutVideo).toContain('FFMPEG_PATH: expected the path of a program');
    expect(files.length).toBe(2 + 10);
    expect((await readImage(readFileSync(join(out, 'frame-09.png')))).data.every((value) => value === 0)).toBe(true);
  });
});
