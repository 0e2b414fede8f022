import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readImage } from 'perceiver-image-files';
import { callProgram } from 'perceiver-inference';
import { describe, expect, it } from 'vitest';
import { generated, hasFfmpeg, makeMedia, temporaryFolder } from '../testing/media.js';
import { readWav } from '../wav/wav-reader.js';
import { writeWav } from '../wav/write-wav.js';
import { program } from './program.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const BUNNY = '../shared/data/video/bigbuckbunny.mp4';

const call = (...args: string[]) => callProgram(program, args);

it('inspects several files, as text and as JSON', async () => {
  await writeWav(at('a.wav'), { sampleRate: 8000, channels: 1, data: new Float32Array(4000) });
  await writeWav(at('b.wav'), { sampleRate: 16_000, channels: 2, data: new Float32Array(64_000) });
  const plain = await call('inspect', at('a.wav'), at('b.wav'));
  expect(plain).toMatchObject({ code: 0, stderr: '' });
  expect(plain.stdout).toBe(
    [
      `${at('a.wav')}: wav, 0.5 s`,
      '  stream  kind   codec      what',
      '  0       audio  pcm_s16le  8000 samples a second, 1 channel, mono',
      '  decoded: 1 channel, 8000 samples a second, of stream 0 (without ffmpeg)',
      '',
      `${at('b.wav')}: wav, 2 s`,
      '  stream  kind   codec      what',
      '  0       audio  pcm_s16le  16000 samples a second, 2 channels, stereo',
      '  decoded: 2 channels, 16000 samples a second, of stream 0 (without ffmpeg)',
      '',
    ].join('\n'),
  );
  const partly = await call('inspect', at('a.wav'), at('none.wav'), at('b.wav'));
  expect(partly).toMatchObject({ code: 1, stdout: plain.stdout, stderr: expect.stringContaining('none.wav') });
  const json = await call('inspect', at('b.wav'), '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ file: at('b.wav'), duration: 2, audio: { channels: 2 } });
});

it('decodes sound', async () => {
  await writeWav(at('long.wav'), { sampleRate: 8000, channels: 1, data: new Float32Array(16_000).fill(0.5) });
  const made = await call('decode', at('long.wav'), '--out', at('sound'), '--start', '0.5', '--sample-rate', '4000');
  expect(made).toMatchObject({
    code: 0,
    stdout: `4000 samples of 1 channel, 4000 a second: ${at('sound/audio.wav')}\n`,
  });
  expect((await readWav(at('sound/audio.wav'))).data[2000]).toBeCloseTo(0.5, 2);
  expect(await call('decode', at('long.wav'), '--out', at('sound'), '--start', '1.75', '--json')).toMatchObject({
    stdout: expect.stringContaining('"samples":2000'),
  });
  expect((await call('decode', at('long.wav'), '--out', at('sound'), '--start', '1.75')).stdout).toContain(
    'audio.wav (the file ends; 8000 asked for)',
  );
  expect(await call('decode', at('long.wav'), '--out', at('beyond'), '--start', '3')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('long.wav: expected samples from 3 s on, got none'),
  });
  expect(readdirSync(at('beyond'))).toEqual([]);
});

it('tells wrong usage (2) from failure (1)', async () => {
  expect(await call('inspect')).toMatchObject({ code: 2, stderr: expect.stringContaining('expected a FILE') });
  expect(await call('inspect', 'a', '--engine', 'cpu')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no such option'),
  });
  expect(await call('decode', 'a', '--fit', 'stretch')).toMatchObject({ code: 2 });
  expect(await call('decode', at('none.wav'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected --out DIR'),
  });
  expect(await call('inspect', at('none.wav'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('none.wav: expected a readable file'),
  });
  expect(await call('inspect', folder)).toMatchObject({ code: 1, stderr: expect.stringContaining('got a directory') });
  expect(await call('inspect', 'http://127.0.0.1:9/x.mp4')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('expected a readable file'),
  });
  expect((await call('inspect', '--help')).stdout).not.toContain('--engine');
});

describe.skipIf(!hasFfmpeg)('with ffmpeg', () => {
  it('decodes frames and sound', async () => {
    const path = makeMedia(
      at('clip.mkv'),
      ...[...generated('color=c=red:size=32x24:rate=10:duration=2'), ...generated('sine=duration=2:sample_rate=8000')],
      ...['-c:v', 'ffv1', '-pix_fmt', 'bgr0', '-c:a', 'flac'],
    );
    const made = await call('decode', path, '--out', at('both'), '--seconds', '0.5', '--width', '8', '--height', '8');
    expect(made).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^5 frames of 8 x 8, 10 a second: .*\n4000 samples/),
    });
    expect(readdirSync(at('both')).sort()).toEqual(['audio.wav', ...[0, 1, 2, 3, 4].map((i) => `frame_000${i}.png`)]);
    const { data } = await readImage(at('both/frame_0004.png'));
    // The generated red has been through YUV.
    expect(data[0]).toBeGreaterThan(250);
    expect([...data.slice(1, 3)]).toEqual([0, 0]);
  });

  it('names what is no media', async () => {
    writeFileSync(at('text.mp4'), 'only words\n'.repeat(50));
    expect(await call('inspect', at('text.mp4'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('text.mp4'),
    });
    expect(await call('decode', at('text.mp4'), '--out', at('nothing'))).toMatchObject({ code: 1 });
  });

  it.skipIf(!existsSync(BUNNY))('inspects a film', async () => {
    const { stdout } = await call('inspect', BUNNY);
    expect(stdout).toContain('1280 x 720, 25 frames a second, default');
    expect(stdout).toContain('48000 samples a second, 6 channels, 5.1, default');
  });
});
