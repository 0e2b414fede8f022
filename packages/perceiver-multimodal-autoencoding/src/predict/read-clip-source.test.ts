import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFileError, readAudio, writeWav } from 'perceiver-audio-video';
import { writeVideo } from 'perceiver-ffmpeg';
import { encodePng, readImage } from 'perceiver-image-files';
import { describe, expect, it } from 'vitest';
import { multimodalPerceiverIo } from '../model/presets/multimodal-perceiver-io.js';
import { multimodalPerceiverTiny } from '../model/presets/multimodal-perceiver-tiny.js';
import { generatedClip, hasFfmpeg, temporaryFolder } from '../testing/clips.js';
import { checkWindows } from './check-windows.js';
import { clipShape } from './clip-shape.js';
import { readClipSource } from './read-clip-source.js';

const shape = clipShape(multimodalPerceiverTiny);
const folder = temporaryFolder();

it('takes the sizes and rates of the released model from its configuration', () => {
  expect(clipShape(multimodalPerceiverIo)).toEqual({
    ...{ frames: 16, height: 224, width: 224, fps: 25 },
    ...{ sampleRate: 48_000, samples: 30_720 },
  });
});

describe('a folder of pictures', () => {
  it('is read in the order of their numbers, with the sound beside them', async () => {
    const path = join(folder, 'frames');
    await mkdir(path);
    const { video, audio } = generatedClip({ ...shape, frames: 12, samples: 3 * shape.samples });
    const size = shape.height * shape.width * 3;
    for (let i = 0; i < 12; i++) {
      const data = video.data.subarray(i * size, (i + 1) * size);
      await writeFile(join(path, `${i}.png`), await encodePng({ width: shape.width, height: shape.height, data }));
    }
    await writeWav(join(path, 'sound.wav'), audio!, { encoding: 'float32' });
    const all = await readClipSource(path, shape);
    expect([all.video.frames, all.leftOut]).toEqual([12, 0]);
    expect(all.video.data).toEqual(video.data);
    expect(all.audio!.data).toEqual(audio!.data);
    const first = await readClipSource(path, shape, { windows: 1 });
    expect(first.video.data).toEqual(video.data.slice(0, 4 * size));
    expect(first.audio!.data).toEqual(audio!.data.slice(0, shape.samples));
    const later = await readClipSource(path, shape, { start: 0.2 });
    expect(later.video.data).toEqual(video.data.slice(5 * size, 9 * size));
    expect(later.audio!.data).toEqual(audio!.data.slice(800, 800 + shape.samples));
    expect(later.leftOut).toBe(3);
    const filled = await readClipSource(path, shape, { start: 0.2, pad: true });
    expect([filled.video.frames, filled.leftOut]).toEqual([8, 0]);
    expect(filled.video.data.slice(7 * size)).toEqual(video.data.slice(11 * size));
    expect(filled.audio!.data.slice(0, 1120)).toEqual(audio!.data.slice(800));
    expect(filled.audio!.data.slice(1120)).toEqual(new Float32Array(160));
    await expect(readClipSource(path, shape, { start: 0.4 })).rejects.toThrow(
      'at least 4 pictures from the 11th on, got 2',
    );
  });

  it('of another size is cut to squares', async () => {
    const path = join(folder, 'wide');
    await mkdir(path);
    // Green in the middle, red on both sides.
    const data = Uint8Array.from({ length: 64 * 32 * 3 }, (_, i) => {
      const isMiddle = Math.abs((Math.floor(i / 3) % 64) - 31.5) < 16;
      return i % 3 === (isMiddle ? 1 : 0) ? 200 : 0;
    });
    for (let i = 0; i < 4; i++) {
      await writeFile(join(path, `frame_${i}.png`), await encodePng({ width: 64, height: 32, data }));
    }
    const { video, audio } = await readClipSource(path, shape);
    expect(audio).toBeUndefined();
    expect([video.width, video.height, video.data.length]).toEqual([16, 16, 4 * 16 * 16 * 3]);
    for (let i = 0; i < video.data.length; i += 3) {
      expect(Array.from(video.data.subarray(i, i + 3))).toEqual([0, 200, 0]);
    }
  });

  it('says what is missing', async () => {
    const path = join(folder, 'empty');
    await mkdir(path);
    await expect(readClipSource(path, shape)).rejects.toThrow(MediaFileError);
    await expect(readClipSource(path, shape)).rejects.toThrow(`${path}: expected at least 4 pictures, got 0`);
  });

  const real = '../shared/data/video/bigbuckbunny-16f';
  it.skipIf(!existsSync(real))('of real frames has the input of the released model', async () => {
    const { video, audio } = await readClipSource(real, clipShape(multimodalPerceiverIo));
    const last = await readImage(join(real, 'frame_15.png'));
    expect(video.data.subarray(15 * 224 * 224 * 3)).toEqual(new Uint8Array(last.data));
    const whole = await readAudio(join(real, 'audio_48k_mono.wav'));
    expect(audio!.data).toEqual(whole.data);
    expect(audio!.data.length).toBe(30_720);
    expect(Math.max(...audio!.data.map(Math.abs))).toBeLessThanOrEqual(1);
  });
});

describe.skipIf(!hasFfmpeg)('a file', () => {
  it('is cut, resized and resampled', async () => {
    const path = join(folder, 'clip.mp4');
    const frame = new Uint8Array(48 * 32 * 3).fill(120);
    const sound = Float32Array.from({ length: 24_000 }, (_, i) => 0.3 * Math.sin(i / 9));
    const audio = { sampleRate: 24_000, channels: 1, data: sound };
    await writeVideo(path, Array(25).fill(frame), { fps: 25, width: 48, height: 32, audio });
    const all = await readClipSource(path, shape);
    expect([all.video.frames, all.audio!.data.length, all.leftOut]).toEqual([24, 6 * 640, 1]);
    const padded = await readClipSource(path, shape, { pad: true });
    expect([padded.video.frames, padded.leftOut]).toEqual([28, 0]);
    const clip = await readClipSource(path, shape, { windows: 1 });
    expect([clip.video.frames, clip.video.width, clip.video.height]).toEqual([4, 16, 16]);
    expect(clip.video.data.every((value) => Math.abs(value - 120) < 6)).toBe(true);
    expect([clip.audio!.sampleRate, clip.audio!.data.length]).toEqual([4000, 640]);
    // Two frames are left there.
    await expect(readClipSource(path, shape, { start: 0.92 })).rejects.toThrow(
      'expected at least 4 frames at 25 a second from 0.92 s on, got 2',
    );
    const filled = await readClipSource(path, shape, { start: 0.92, pad: true });
    expect([filled.video.frames, filled.audio!.data.length]).toEqual([4, 640]);
    expect(filled.audio!.data.slice(400).every((value) => value === 0)).toBe(true);
  });
});

it('refuses more than memory should hold', () => {
  const released = clipShape(multimodalPerceiverIo);
  expect(() => checkWindows('clip.mp4', 111, released)).not.toThrow();
  expect(() => checkWindows('clip.mp4', 112, released)).toThrow(
    'clip.mp4: expected at most 111 windows of 16 frames (71.0 s)',
  );
});
