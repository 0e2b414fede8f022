import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CAPTION_HEIGHT, encodePng, readImage } from 'perceiver-image-files';
import { callProgram } from 'perceiver-inference';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFlow, writeFlow } from '../files/flow-files.js';
import { constantFlow } from '../flow-field.js';
import { waves } from '../testing/frames.js';
import { program } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'flow-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  writeFileSync(at('a.png'), await encodePng(waves(32, 24)));
  writeFileSync(at('b.png'), await encodePng(waves(32, 24, 3)));
  await writeFlow(at('truth.flo'), constantFlow(32, 24, 3, -4));
});

const call = (...args: string[]) => callProgram(program, args);

const random = ['--random-weights', '1', '--preset', 'tiny'];
const pair = ['estimate', at('a.png'), at('b.png'), ...random];

it('estimates flow, measures it beside controls, writes it and a picture of it', async () => {
  const { code, stdout } = await call(
    ...pair,
    ...['--ground-truth', at('truth.flo'), '--out', at('flow.pfm'), '--picture', at('sheet.png')],
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^32 x 24 pixels/);
  // Zero flow is off by the length of (3, -4) everywhere; the best constant is the truth.
  expect(stdout).toMatch(/zero flow +5\.000 +100\.00%/);
  expect(stdout).toMatch(/best constant \(3\.00, -4\.00\) +0\.000 +0\.00%/);
  expect(await readFlow(at('flow.pfm'))).toMatchObject({ width: 32, height: 24 });
  expect(await readImage(at('sheet.png'))).toMatchObject({ width: 68, height: 108 + 4 * CAPTION_HEIGHT });
});

it('prints JSON', async () => {
  const { stdout } = await call(...pair, '--ground-truth', at('truth.flo'), '--json');
  const record = JSON.parse(stdout);
  expect(record).toMatchObject({ width: 32, height: 24, controls: { zero: { epe: 5, pixels: 768 } } });
  expect(record.metrics.epe).toBeGreaterThan(0);
});

it('makes pictures of the flow between the frames of a folder', async () => {
  const frames = at('frames');
  mkdirSync(frames);
  for (const i of [1, 2, 3]) writeFileSync(join(frames, `${i}.png`), await encodePng(waves(33, 24, 2 * i)));
  const { code, stdout } = await call('video', frames, ...random, '--out', at('flow'), '--flow-files');
  expect(code).toBe(0);
  expect(stdout).toMatch(/flow-00002\.png: 33 x 24 pixels/);
  expect(await readImage(at('flow/flow-00002.png'))).toMatchObject({ width: 33, height: 24 });
  expect(await readFlow(at('flow/flow-00001.flo'))).toMatchObject({ width: 33, height: 24 });
  // With ffmpeg a video, without it the reason why there is none.
  expect(stdout).toMatch(
    existsSync(at('flow/flow.mp4')) ? /flow\.mp4: 2 frames/ : /no flow\.mp4, only pictures: ffmpeg/,
  );
  expect(await call('video', at('text.jpg'), ...random)).toMatchObject({ code: 1 });
});

it('tells wrong usage (2) from failure (1), naming file and rule', async () => {
  expect(await call('estimate', at('a.png'))).toMatchObject({ code: 2, stderr: expect.stringContaining('FRAME2') });
  expect(await call('estimate', at('a.png'), at('b.png'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('got neither'),
  });
  writeFileSync(at('text.jpg'), 'not a picture');
  expect(await call('estimate', at('a.png'), at('text.jpg'), ...random)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/text\.jpg: expected a .*JPEG/),
  });
  writeFileSync(at('small.png'), await encodePng(waves(20, 24)));
  expect(await call('estimate', at('a.png'), at('small.png'), ...random)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/small\.png: expected the size of .*a\.png, 32 x 24, got 20 x 24/),
  });
  expect(await call(...pair, '--ground-truth', at('a.png'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('three 16-bit channels'),
  });
  expect(await call(...pair, '--out', at('flow.jpg'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`--out ${at('flow.jpg')}: expected the extension .flo, .pfm, .png, got .jpg`),
  });
  expect(await call(...pair, '--view', 'arrows')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--picture'),
  });
  await writeFlow(at('unknown.flo'), { width: 32, height: 24, data: new Float32Array(2 * 32 * 24).fill(2e9) });
  expect(await call(...pair, '--ground-truth', at('unknown.flo'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('expected pixels whose flow is known, got none'),
  });
  expect(existsSync(at('flow.jpg'))).toBe(false);
});

it('helps', async () => {
  const help = await call('estimate', '--help');
  expect(help.stdout).toMatch(/--ground-truth TEXT/);
  expect(help.stdout).toMatch(/--out FILE/);
});
