import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AudioClip, MediaFileError } from 'perceiver-ffmpeg';
import { readImage } from 'perceiver-image-files';
import { describe, expect, it } from 'vitest';
import { resamplePoly } from '../preprocess/resampler.js';
import { generated, hasFfmpeg, makeMedia, temporaryFolder } from '../testing/media.js';
import { turnVideo } from '../testing/turn-video.js';
import { readWav } from '../wav/wav-reader.js';
import { writeWav } from '../wav/write-wav.js';
import { decodeAudio } from './decode-audio.js';
import { decodeClips, readClip } from './decode-clips.js';
import { decodeVideo } from './decode-video.js';
import { inspect } from './inspect.js';
import { readAudio, readVideo } from './read-media.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const BUNNY = '../shared/data/video/bigbuckbunny.mp4';

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

const noise = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i * 0.001) * 0.7);

describe('WAV files, without ffmpeg', () => {
  const write = async (name: string, clip: AudioClip) => {
    await writeWav(at(name), clip, { encoding: 'float32' });
    return at(name);
  };

  it('are decoded in pieces, any part of them', async () => {
    const data = noise(2 * 50_000);
    const path = await write('stereo.wav', { sampleRate: 1000, channels: 2, data });
    const { sampleRate, channels, chunks } = await decodeAudio(path);
    expect({ sampleRate, channels }).toEqual({ sampleRate: 1000, channels: 2 });
    const lengths: number[] = [];
    for await (const chunk of chunks) lengths.push(chunk.length);
    expect(lengths.length).toBeGreaterThan(2);
    expect((await readAudio(path)).data).toEqual(data);
    expect((await readAudio(path, { start: 1.5, samples: 7 })).data).toEqual(data.slice(3000, 3014));
    await expect(readAudio(path, { start: 49.99, samples: 11 })).rejects.toThrow(
      'expected 11 samples from 49.99 s on, got 10',
    );
    await expect(readAudio(path, { maxBytes: 1000 })).rejects.toThrow('at most 1000 bytes');
  });

  it('are resampled in pieces as in one', async () => {
    const data = noise(60_000);
    const path = await write('mono.wav', { sampleRate: 44_100, channels: 1, data });
    const { data: resampled } = await readAudio(path, { sampleRate: 48_000 });
    expect(resampled).toEqual(Float32Array.from(resamplePoly(data, 160, 147)));
    expect((await readAudio(path, { sampleRate: 48_000, samples: 500 })).data).toEqual(resampled.slice(0, 500));
  });

  it('are mixed', async () => {
    const stereo = await write('two.wav', { sampleRate: 10, channels: 2, data: Float32Array.of(1, 0, 0.5, 0.25) });
    expect([...(await readAudio(stereo, { channels: 1 })).data]).toEqual([0.5, 0.375]);
    const mono = await write('one.wav', { sampleRate: 10, channels: 1, data: Float32Array.of(0.5, -0.5) });
    expect([...(await readAudio(mono, { channels: 2 })).data]).toEqual([0.5, 0.5, -0.5, -0.5]);
    const loud = await write('six.wav', { sampleRate: 10, channels: 6, data: Float32Array.of(1, 1, 1, 1, 1, 1) });
    const [sample = 0] = (await readAudio(loud, { channels: 1 })).data;
    expect(sample).toBeCloseTo(1, 6);
  });

  it('may have no samples', async () => {
    const path = await write('empty.wav', { sampleRate: 8000, channels: 1, data: new Float32Array(0) });
    expect(await readAudio(path)).toEqual({ sampleRate: 8000, channels: 1, data: new Float32Array(0) });
    expect(await inspect(path)).toMatchObject({ duration: 0, needsFfmpeg: false });
  });

  it('are inspected', async () => {
    const path = await write('inspected.wav', { sampleRate: 8000, channels: 2, data: new Float32Array(16_000) });
    expect(await inspect(path)).toMatchObject({
      ...{ format: 'wav', duration: 1, needsFfmpeg: false, video: undefined },
      streams: [{ kind: 'audio', codec: 'pcm_f32le', sampleRate: 8000, channels: 2, layout: 'stereo' }],
      audio: { stream: 0, sampleRate: 8000, channels: 2 },
    });
  });

  it('and wrong options are named', async () => {
    const path = await write('options.wav', { sampleRate: 8000, channels: 1, data: new Float32Array(10) });
    await expect(decodeAudio(path, { start: -1 })).rejects.toThrow(
      'options.wav: expected start as a number from 0, got -1',
    );
    await expect(decodeAudio(path, { channels: 1.5 })).rejects.toThrow('expected channels as a whole number from 1');
    await expect(decodeAudio(path, { sampleRate: 15_485_863 })).rejects.toThrow('cannot go from 8000 to 15485863');
  });
});

describe.skipIf(!hasFfmpeg)('video', () => {
  // Frame n is (10 n, 8 x, 10 y), without loss.
  const numbered = (size: string, frames = 20) => [
    ...generated(`nullsrc=size=${size}:rate=10:duration=${frames / 10},format=gbrp,geq=r='N*10':g='X*8':b='Y*10'`),
    ...['-c:v', 'ffv1', '-pix_fmt', 'bgr0'],
  ];
  const reds = (clip: { frames: number; width: number; height: number; data: Uint8Array }) =>
    Array.from({ length: clip.frames }, (_, i) => clip.data[i * clip.width * clip.height * 3]! / 10);
  const path = at('numbered.mkv');
  if (hasFfmpeg) makeMedia(path, ...numbered('16x12'));

  it('is decoded frame by frame, whole', async () => {
    const clip = await readVideo(path);
    expect(clip).toMatchObject({ frames: 20, width: 16, height: 12, fps: 10 });
    expect(reds(clip)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect([...clip.data.slice(12 * 16 * 3 - 3, 12 * 16 * 3)]).toEqual([0, 120, 110]);
  });

  it('is decoded from a time on, at another rate', async () => {
    expect(reds(await readVideo(path, { start: 0.5, frames: 3 }))).toEqual([5, 6, 7]);
    expect(reds(await readVideo(path, { fps: 5 }))).toEqual(Array.from({ length: 10 }, (_, i) => 2 * i));
    expect(reds(await readVideo(path, { fps: 20, start: 1, frames: 4 }))).toEqual([10, 10, 11, 11]);
    await expect(readVideo(path, { start: 1.8, frames: 3 })).rejects.toThrow(
      'expected at least 3 frames from 1.8 s on, got 2',
    );
    await expect(readVideo(path, { start: 100 })).rejects.toThrow('got 0');
  });

  it('of varying rate shows at each moment what was there', async () => {
    const varying = makeMedia(at('varying.mkv'), ...numbered('8x8', 7), '-vf', "select='lt(n,3)+gt(n,4)'");
    expect(reds(await readVideo(varying, { fps: 10 }))).toEqual([0, 1, 2, 2, 2, 5, 6]);
  });

  it('has any size, odd ones too, and is fitted', async () => {
    const odd = makeMedia(at('odd.mkv'), ...numbered('31x17', 1));
    expect(await readVideo(odd)).toMatchObject({ width: 31, height: 17 });
    expect(await readVideo(odd, { width: 62 })).toMatchObject({ width: 62, height: 34 });
    expect(await readVideo(odd, { height: 7 })).toMatchObject({ width: 13, height: 7 });
    // Green is 8 x: cover keeps the middle, fill squeezes all of it, contain leaves black rows above and below.
    const row = async (fit: 'cover' | 'contain' | 'fill', y: number) => {
      const { data, width } = await readVideo(odd, { width: 17, height: 17, fit });
      return [data[3 * width * y + 1]!, data[3 * (width * y + width - 1) + 1]!];
    };
    expect(await row('cover', 8)).toEqual([56, 184]);
    const [left = 0, right = 0] = await row('fill', 8);
    expect(left).toBeLessThan(15);
    expect(right).toBeGreaterThan(225);
    expect(await row('contain', 0)).toEqual([0, 0]);
    expect((await row('contain', 8))[1]).toBeGreaterThan(225);
  });

  it('with pixels that are not square is shown with square ones', async () => {
    const wide = makeMedia(at('wide.mkv'), ...numbered('16x16', 1), '-vf', 'setsar=2');
    expect(await readVideo(wide)).toMatchObject({ width: 32, height: 16 });
  });

  it('is turned as the file says', async () => {
    const source = "nullsrc=size=64x32:rate=5:duration=1,geq=lum='if(lt(X,32),200,50)':cb=128:cr=128";
    const upright = makeMedia(
      at('upright.mp4'),
      ...generated(source),
      '-c:v',
      'mpeg4',
      '-q:v',
      '2',
      '-pix_fmt',
      'yuv420p',
    );
    const corners = async (file: string) => {
      const { width, height, data } = await readVideo(file, { frames: 1 });
      const bright = [0, width - 1, (height - 1) * width].map((pixel) => data[3 * pixel]! > 128);
      return { width, height, bright };
    };
    expect(await corners(upright)).toEqual({ width: 64, height: 32, bright: [true, false, true] });
    for (const [degrees, expected] of [
      [90, { width: 32, height: 64, bright: [true, true, false] }],
      [180, { width: 64, height: 32, bright: [false, true, false] }],
      [270, { width: 32, height: 64, bright: [false, false, true] }],
    ] as const) {
      writeFileSync(at('turned.mp4'), turnVideo(readFileSync(upright), degrees));
      expect(await inspect(at('turned.mp4'))).toMatchObject({ streams: [{ rotation: degrees, width: 64 }] });
      expect(await corners(at('turned.mp4'))).toEqual(expected);
    }
  });

  it('that is cut off gives the frames it has', async () => {
    const whole = readFileSync(path);
    writeFileSync(at('cut.mkv'), whole.subarray(0, Math.floor(whole.length * 0.6)));
    const { frames } = await readVideo(at('cut.mkv'));
    expect(frames).toBeGreaterThan(3);
    expect(frames).toBeLessThan(20);
  });

  it('without frames is none', async () => {
    const empty = makeMedia(at('empty.mkv'), ...numbered('8x8', 1), '-t', '0');
    // Old versions of ffmpeg list the stream, new ones refuse the file.
    await expect(readVideo(empty)).rejects.toThrow(MediaFileError);
    await expect(readVideo(empty)).rejects.toThrow(
      /empty\.mkv: (expected at least 1 frames from 0 s on, got 0|ffmpeg failed)/,
    );
  });

  it('that promises 100,000 x 100,000 pixels is refused before it takes memory', async () => {
    // The header of a PNG, which is all that there is.
    const header = Buffer.from('89504e470d0a1a0a0000000d49484452000186a0000186a008020000007a5e7a7c', 'hex');
    writeFileSync(at('huge.mp4'), Buffer.concat([header, Buffer.alloc(1000)]));
    const limit = process.memoryUsage().rss + 300e6;
    await expect(readVideo(at('huge.mp4'))).rejects.toThrow(MediaFileError);
    expect(process.memoryUsage().rss).toBeLessThan(limit);
  });

  it('is not there in a file of sound, and the other way round', async () => {
    const sound = makeMedia(at('sound.flac'), ...generated('sine=duration=1'));
    await expect(readVideo(sound)).rejects.toThrow(/sound\.flac: expected a stream of video, got 0: audio \(flac\)/);
    await expect(readAudio(path)).rejects.toThrow('expected a stream of audio, got 0: video (ffv1)');
    await expect(decodeAudio(path, { stream: 5 })).rejects.toThrow('expected stream 5 to be audio');
  });

  it('obeys limits, options and signals', async () => {
    await expect(decodeVideo(path, { width: 0 })).rejects.toThrow('expected width as a whole number from 1, got 0');
    await expect(decodeVideo(path, { fps: 0 })).rejects.toThrow('expected fps above 0');
    await expect(decodeVideo(path, { width: 100_000, height: 100_000 })).rejects.toThrow('at most 100000000 pixels');
    await expect(readVideo(path, { maxPixels: 100 })).rejects.toThrow(MediaFileError);
    await expect(readVideo(path, { maxBytes: 2000 })).rejects.toThrow('at most 2000 bytes');
    const controller = new AbortController();
    const { frames } = await decodeVideo(path, { signal: controller.signal });
    await frames.next();
    controller.abort();
    await expect(
      (async () => {
        for await (const _ of frames);
      })(),
    ).rejects.toThrow('aborted');
  });
});

describe.skipIf(!hasFfmpeg)('sound', () => {
  it('of 5.1 is mixed the same by ffmpeg and without it', async () => {
    const data = noise(6 * 4000);
    await writeWav(at('six.wav'), { sampleRate: 8000, channels: 6, data });
    const flac = makeMedia(at('six.flac'), '-i', at('six.wav'));
    for (const channels of [6, 2, 1]) {
      const [own, other] = [await readAudio(at('six.wav'), { channels }), await readAudio(flac, { channels })];
      expect(other.data.length).toBe(own.data.length);
      expect(largestDifference(own.data, other.data)).toBeLessThan(1e-6);
    }
    // Pairs that only ffmpeg knows.
    expect((await readAudio(at('six.wav'), { channels: 3 })).data.length).toBe(3 * 4000);
  });

  it('is taken from the stream asked for, at a rate, from a time on', async () => {
    const two = makeMedia(
      at('two.mkv'),
      ...[...generated('sine=frequency=100:duration=1'), ...generated('sine=frequency=1000:duration=1')],
      ...['-map', '0', '-map', '1', '-c:a', 'flac', '-ar', '16000'],
    );
    const crossings = ({ data }: AudioClip) =>
      data.reduce((sum, x, i) => sum + (x >= 0 !== data[i - 1]! >= 0 ? 1 : 0), 0);
    const first = await readAudio(two, { sampleRate: 8000, start: 0.25, samples: 4000 });
    expect(first.data.length).toBe(4000);
    expect(Math.abs(crossings(first) - 100)).toBeLessThan(4);
    const second = await readAudio(two, { stream: 1, samples: 8000 });
    expect(Math.abs(crossings(second) - 1000)).toBeLessThan(4);
  });

  it('that begins late begins with silence', async () => {
    const late = makeMedia(
      at('late.mkv'),
      ...generated('testsrc=size=16x16:rate=5:duration=1'),
      ...['-itsoffset', '0.5', ...generated('sine=duration=0.5:sample_rate=8000'), '-c:v', 'ffv1', '-c:a', 'flac'],
    );
    const { data } = await readAudio(late);
    expect(data.length).toBe(8000);
    expect(data.slice(0, 3990).every((value) => value === 0)).toBe(true);
    expect(data.slice(4000).some((value) => Math.abs(value) > 0.05)).toBe(true);
  });

  it('of a rare WAV encoding is left to ffmpeg', async () => {
    const alaw = makeMedia(at('alaw.wav'), ...generated('sine=duration=0.5:sample_rate=8000'), '-c:a', 'pcm_alaw');
    expect(await inspect(alaw)).toMatchObject({ needsFfmpeg: true, audio: { sampleRate: 8000 } });
    expect((await readAudio(alaw)).data.length).toBe(4000);
  });
});

describe.skipIf(!hasFfmpeg)('clips', () => {
  const path = at('clips.mkv');
  if (hasFfmpeg) {
    const sources = [
      ...generated('testsrc=size=32x24:rate=10:duration=2.2'),
      ...generated('sine=duration=2.1:sample_rate=8000'),
    ];
    makeMedia(path, ...sources, '-c:v', 'ffv1', '-c:a', 'flac');
  }
  const options = { frames: 4, fps: 10, width: 8, height: 6, sampleRate: 8000 };

  it('follow each other, pictures and sound together', async () => {
    const all: number[] = [];
    const sound: number[] = [];
    for await (const { start, video, audio } of decodeClips(path, options)) {
      all.push(start);
      sound.push(...audio!.data);
      expect(video).toMatchObject({ frames: 4, width: 8, height: 6, fps: 10 });
      expect(audio!.data.length).toBe(3200);
    }
    expect(all).toEqual([0, 0.4, 0.8, 1.2, 1.6]);
    const whole = await readAudio(path, { sampleRate: 8000, channels: 1 });
    expect(sound).toEqual([...whole.data.slice(0, 5 * 3200)]);
  });

  it('are filled up at the end when asked to', async () => {
    const clips = [];
    for await (const clip of decodeClips(path, { ...options, pad: true })) clips.push(clip);
    expect(clips.map(({ filled }) => filled)).toEqual([0, 0, 0, 0, 0, 2]);
    const { video, audio } = clips[5]!;
    const frame = (i: number) => video.data.slice(i * 8 * 6 * 3, (i + 1) * 8 * 6 * 3);
    expect(frame(3)).toEqual(frame(1));
    expect(audio!.data.slice(0, 800).some((value) => value !== 0)).toBe(true);
    expect(audio!.data.slice(900).every((value) => value === 0)).toBe(true);
  });

  it('may have no sound, and may not be too short', async () => {
    const silent = makeMedia(at('silent.mkv'), ...generated('testsrc=size=32x24:rate=10:duration=1'), '-c:v', 'ffv1');
    expect((await readClip(silent, options)).audio).toBeUndefined();
    await expect(readClip(silent, { ...options, start: 0.8 })).rejects.toThrow(
      'expected 4 frames at 10 a second from 0.8 s on',
    );
    await expect(readClip(silent, { ...options, sampleRate: 8001 })).rejects.toThrow('whole number of samples');
  });

  it.skipIf(!existsSync(BUNNY))('are what the multimodal autoencoder takes', async () => {
    const { video, audio } = await readClip(BUNNY, { start: 70 / 25 });
    const reference = '../shared/data/video/bigbuckbunny-16f';
    for (const frame of [0, 15]) {
      const { data } = await readImage(`${reference}/frame_${String(frame).padStart(2, '0')}.png`);
      const own = video.data.subarray(frame * data.length, (frame + 1) * data.length);
      expect(own.reduce((sum, value, i) => sum + Math.abs(value - data[i]!), 0) / data.length).toBeLessThan(1.5);
      expect(largestDifference(own, data)).toBeLessThanOrEqual(12);
    }
    const sound = await readWav(`${reference}/audio_48k_mono.wav`);
    expect(audio!.data.length).toBe(30_720);
    expect(largestDifference(audio!.data, sound.data)).toBeLessThan(1e-4);
  });
});
