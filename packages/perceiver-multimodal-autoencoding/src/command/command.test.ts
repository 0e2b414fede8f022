import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWav } from 'perceiver-audio-video';
import { encodePng } from 'perceiver-image-files';
import { callProgram } from 'perceiver-inference';
import { beforeAll, expect, it } from 'vitest';
import { multimodalPerceiverTiny } from '../model/presets/multimodal-perceiver-tiny.js';
import { clipFrames } from '../output/clip-frames.js';
import { clipShape } from '../predict/clip-shape.js';
import { generatedClip, temporaryFolder } from '../testing/clips.js';
import { program } from './program.js';

const folder = temporaryFolder();
const frames = join(folder, 'frames');

beforeAll(async () => {
  await mkdir(frames);
  const { video, audio } = generatedClip(clipShape(multimodalPerceiverTiny));
  for (const [i, frame] of clipFrames(video).entries()) {
    await writeFile(join(frames, `${i}.png`), await encodePng(frame));
  }
  await writeWav(join(frames, 'sound.wav'), audio!);
});

const call = (...args: string[]) => callProgram(program, args);

const random = ['--random-weights', '1', '--preset', 'tiny', '--engine', 'cpu'];

it('gives a clip back, as files, text and JSON', async () => {
  const out = join(folder, 'out');
  const plain = await call('reconstruct', frames, ...random, '--out', out, '--top-k', '3');
  expect(plain.code).toBe(0);
  expect(plain.stdout).toMatch(
    /^4 frames of 16 x 16 at 25\/s and 640 samples at 4000\/s.*\ncompression .*\nPSNR: video .* dB, sound .* dB\nlabel:\n(?: +\d+\.\d\d% {2}LABEL_\d\n){3}/,
  );
  expect(readdirSync(out)).toEqual(expect.arrayContaining(['contact-sheet.png', 'reconstruction.wav', 'report.json']));
  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
  expect(report).toMatchObject({ clip: frames, model: 'tiny, random weights 1', latents: [16, 32] });
  const json = await call('reconstruct', frames, ...random, '--json');
  const { psnr, labels, files } = JSON.parse(json.stdout);
  expect(psnr).toEqual(report.psnr);
  expect(labels.slice(0, 3)).toEqual(report.labels);
  expect(files).toEqual([]);
});

it('takes a longer clip in windows, and tells what it left out', async () => {
  const path = join(folder, 'long');
  await mkdir(path);
  const { video } = generatedClip({ ...clipShape(multimodalPerceiverTiny), frames: 11 });
  for (const [i, frame] of clipFrames(video).entries()) {
    await writeFile(join(path, `${i}.png`), await encodePng(frame));
  }
  const plain = await call('reconstruct', path, ...random);
  expect(plain.stdout).toMatch(
    /^8 frames of .*\n2 windows of 4 frames one after the other\nleft out: the last 3 frames/,
  );
  expect(plain.stdout).toMatch(/\nfrom 0\.00 s: video .* dB, there was no sound, .*\nfrom 0\.16 s: /);
  const json = JSON.parse((await call('reconstruct', path, ...random, '--pad', '--json')).stdout);
  expect(json).toMatchObject({ frames: 12, leftOut: 0, windows: [{ frame: 0 }, { frame: 4 }, { frame: 8 }] });
  const one = JSON.parse((await call('reconstruct', path, ...random, '--windows', '1', '--json')).stdout);
  expect(one).toMatchObject({ frames: 4, leftOut: 0, windows: [{ frame: 0 }] });
});

it('tells wrong usage (2) from failure (1)', async () => {
  expect(await call('reconstruct', frames)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('got neither'),
  });
  expect(await call('reconstruct', ...random)).toMatchObject({ code: 2, stderr: expect.stringContaining('a CLIP') });
  expect(await call('reconstruct', folder, ...random)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('expected at least 4 pictures, got 0'),
  });
  const missing = await call('reconstruct', join(folder, 'nowhere.mp4'), ...random);
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere.mp4') });
});

it('helps', async () => {
  expect((await call('reconstruct', '--help')).stdout).toMatch(/--out DIR +folder for mp4/);
});
