import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MediaFileError } from './media-file-error.js';
import { probeMedia } from './probe-media.js';
import { startFfmpeg } from './start-ffmpeg.js';
import { hasFfmpeg, temporaryFolder } from './testing/media.js';
import { writeVideo } from './write-video.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

const flat = (width: number, height: number, colour: readonly number[]) =>
  Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]!);

async function readFrames(path: string): Promise<Uint8Array> {
  const args = ['-loglevel', 'error', '-i', `file:${path}`, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const chunks: Uint8Array[] = [];
  for await (const chunk of startFfmpeg(args, { name: path }).output) chunks.push(chunk);
  return Buffer.concat(chunks);
}

it('checks what it is given', async () => {
  const frame = flat(2, 2, [0, 0, 0]);
  const size = { fps: 5, width: 2, height: 2 };
  const audio = { sampleRate: 8000, channels: 2, data: new Float32Array(3) };
  await expect(writeVideo(at('a.mp4'), [frame], { ...size, fps: 0 })).rejects.toThrow('expected fps above 0');
  await expect(writeVideo(at('a.mp4'), [frame], { ...size, width: 1.5 })).rejects.toThrow('expected a width');
  await expect(writeVideo(at('a.mp4'), [frame], { ...size, audio })).rejects.toThrow('samples of 2 channels');
  await expect(writeVideo(folder, [frame], size)).rejects.toThrow('got a directory');
});

describe.skipIf(!hasFfmpeg)('with ffmpeg', () => {
  it('writes pictures and sound that come back', async () => {
    const colours = [
      [200, 30, 40],
      [20, 180, 60],
      [30, 50, 220],
      [128, 128, 128],
    ];
    async function* frames() {
      for (const colour of colours) yield flat(64, 48, colour);
    }
    const data = Float32Array.from({ length: 2 * 16_000 }, (_, i) => Math.sin(i / 10) / 2);
    const written = await writeVideo(at('clip.mp4'), frames(), {
      ...{ fps: 4, width: 64, height: 48 },
      audio: { sampleRate: 16_000, channels: 2, data },
    });
    expect(written.frames).toBe(4);
    const { streams, duration } = await probeMedia(at('clip.mp4'));
    expect(streams).toMatchObject([
      { kind: 'video', width: 64, height: 48, fps: 4, codec: written.encoder === 'mpeg4' ? 'mpeg4' : 'h264' },
      { kind: 'audio', codec: 'aac', sampleRate: 16_000, channels: 2 },
    ]);
    expect(duration).toBeCloseTo(1, 0);
    const decoded = await readFrames(at('clip.mp4'));
    expect(decoded.length).toBe(4 * 64 * 48 * 3);
    const worst = decoded.reduce((most, value, i) => {
      const expected = colours[Math.floor(i / (64 * 48 * 3))]![i % 3]!;
      return Math.max(most, Math.abs(value - expected));
    }, 0);
    expect(worst).toBeLessThan(8);
  });

  it('makes odd sizes even, and takes names for what they are', async () => {
    await writeVideo(at('-odd %03d.mp4'), [flat(31, 17, [9, 9, 9])], { fps: 25, width: 31, height: 17 });
    const { streams } = await probeMedia(at('-odd %03d.mp4'));
    expect(streams).toMatchObject([{ width: 32, height: 18 }]);
  });

  it('leaves what was there, and nothing else, when it fails', async () => {
    writeFileSync(at('kept.mp4'), 'before');
    const size = { fps: 5, width: 8, height: 8 };
    const files = readdirSync(folder);
    const failure = new Error('no more');
    async function* failing() {
      yield flat(8, 8, [1, 2, 3]);
      throw failure;
    }
    await expect(writeVideo(at('kept.mp4'), failing(), size)).rejects.toBe(failure);
    await expect(writeVideo(at('kept.mp4'), [], size)).rejects.toThrow('expected at least one frame');
    await expect(writeVideo(at('kept.mp4'), [new Uint8Array(5)], size)).rejects.toThrow('got 5 in frame 0');
    const controller = new AbortController();
    async function* endless() {
      for (let i = 0; ; i++) {
        if (i === 5) controller.abort();
        yield flat(8, 8, [1, 2, 3]);
      }
    }
    const aborted = writeVideo(at('kept.mp4'), endless(), { ...size, signal: controller.signal });
    await expect(aborted).rejects.toThrow('aborted');
    expect(readFileSync(at('kept.mp4'), 'utf8')).toBe('before');
    expect(readdirSync(folder)).toEqual(files);
  });

  it('says where it cannot write', async () => {
    const path = at('no such folder/a.mp4');
    const writing = writeVideo(path, [flat(8, 8, [1, 2, 3])], { fps: 5, width: 8, height: 8 });
    await expect(writing).rejects.toThrow(MediaFileError);
    await expect(writing).rejects.toThrow('No such file or directory');
    expect(existsSync(path)).toBe(false);
  });
});
