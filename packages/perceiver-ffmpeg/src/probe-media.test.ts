import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaFileError } from './media-file-error.js';
import { channelsOf } from './parse-input-dump.js';
import { probeMedia } from './probe-media.js';
import { generated, hasFfmpeg, makeMedia, temporaryFolder } from './testing/media.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

describe('files that are none', () => {
  it.each([
    ['', 'zero.mp4', '0 bytes'],
    ['#EXTM3U\n#EXT-X-VERSION:3\n/etc/passwd\n', 'list.mp4', 'a playlist'],
    ['ffconcat version 1.0\nfile /etc/passwd\n', 'list.mkv', 'a playlist'],
    ['<?xml version="1.0"?><MPD type="static"></MPD>', 'list.avi', 'a playlist'],
  ])('%j are refused unread', async (content, name, what) => {
    writeFileSync(at(name), content);
    await expect(probeMedia(at(name))).rejects.toThrow(`${at(name)}: expected`);
    await expect(probeMedia(at(name))).rejects.toThrow(what);
  });

  it('are named with what they are', async () => {
    await expect(probeMedia(folder)).rejects.toThrow(`${folder}: expected a media file, got a directory`);
    await expect(probeMedia(at('none'))).rejects.toThrow(MediaFileError);
    await expect(probeMedia('a\0b')).rejects.toThrow('expected a path, got a NUL');
    await expect(probeMedia(new URL('http://127.0.0.1:9/a.mp4'))).rejects.toThrow(
      '--network ({ network: true }) allows addresses',
    );
    await expect(probeMedia(new URL('rtsp://127.0.0.1:9/a'), { network: true })).rejects.toThrow('http or https');
  });

  it.each(['-i', 'concat:a|b', 'http://127.0.0.1:9/a.mp4', 'pipe:0', 'data:,a', '-'])(
    '%s is a file that is missing',
    (name) => expect(probeMedia(name)).rejects.toThrow(`${name}: expected a readable file`),
  );

  it.skipIf(process.platform === 'win32')('do not make it wait: a named pipe', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    await expect(probeMedia(at('fifo'))).rejects.toThrow('got a named pipe');
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('may not be read', async () => {
    writeFileSync(at('secret.wav'), 'x');
    chmodSync(at('secret.wav'), 0);
    await expect(probeMedia(at('secret.wav'))).rejects.toThrow(`${at('secret.wav')}: expected a readable file`);
  });
});

it.each([
  ['mono', 1],
  ['stereo', 2],
  ['2.1', 3],
  ['5.1(side)', 6],
  ['7.1.4', 12],
  ['20 channels', 20],
  ['3 channels (FL+FR+LFE)', 3],
  ['ambisonic 1', 4],
  ['octagonal', 8],
  ['something new', undefined],
])('the layout %s has %s channels', (layout, channels) => {
  expect(channelsOf(layout)).toBe(channels);
});

describe.skipIf(!hasFfmpeg)('with ffmpeg', () => {
  const sine = generated('sine=duration=1');

  describe('hostile names', () => {
    const before = process.cwd();
    beforeAll(() => {
      makeMedia(at('plain.wav'), ...sine);
      process.chdir(folder);
    });
    afterAll(() => process.chdir(before));

    it.each([
      '-i',
      '-',
      'pipe:0',
      'concat:plain.wav|plain.wav',
      'http://127.0.0.1/a.wav',
      'file:a.wav',
      'a%03d.wav',
      "it's; $(touch made).wav",
      'line\n  Stream #0:7: Video: h264, 1x1\nend.wav',
    ])('%j is a file', async (name) => {
      mkdirSync(join(folder, 'http:/127.0.0.1'), { recursive: true });
      copyFileSync(at('plain.wav'), join(folder, name));
      const { format, streams } = await probeMedia(name);
      expect(format).toBe('wav');
      expect(streams.map(({ index, kind }) => [index, kind])).toEqual([[0, 'audio']]);
    });
  });

  it('lists video and sound', async () => {
    const path = makeMedia(
      at('plain.mkv'),
      ...generated('testsrc=size=62x34:rate=24000/1001:duration=2'),
      ...sine,
      '-c:v',
      'ffv1',
      '-c:a',
      'flac',
    );
    const { format, duration, streams } = await probeMedia(pathToFileURL(path));
    expect(format).toMatch(/matroska/);
    expect(duration).toBeCloseTo(2, 1);
    expect(streams).toEqual([
      expect.objectContaining({
        index: 0,
        kind: 'video',
        codec: 'ffv1',
        width: 62,
        height: 34,
        rotation: 0,
        variableFrameRate: false,
      }),
      expect.objectContaining({
        index: 1,
        kind: 'audio',
        codec: 'flac',
        sampleRate: 44_100,
        layout: 'mono',
        channels: 1,
      }),
    ]);
    expect((streams[0] as { fps: number }).fps).toBe(24_000 / 1001);
  });

  it('lists every stream, in order, with language and default', async () => {
    const path = makeMedia(
      at('several.mkv'),
      ...[
        ...generated('sine=duration=1'),
        ...generated('testsrc=size=32x32:duration=1'),
        ...generated('anullsrc=cl=5.1:d=1'),
      ],
      ...['-map', '0', '-map', '1', '-map', '2', '-c:v', 'ffv1', '-c:a', 'flac'],
      ...['-metadata:s:0', 'language=eng', '-disposition:0', '0', '-disposition:2', 'default'],
      ...['-metadata:s:0', 'title=x\n  Stream #0:9: Video: h264, 10x10'],
    );
    const { streams } = await probeMedia(path);
    expect(streams.map(({ kind }) => kind)).toEqual(['audio', 'video', 'audio']);
    expect(streams[0]).toMatchObject({ language: 'eng', isDefault: false, channels: 1 });
    expect(streams[2]).toMatchObject({ isDefault: true, channels: 6, layout: expect.stringContaining('5.1') });
  });

  it('sees frames that come at varying times', async () => {
    const source = generated('testsrc=size=32x32:rate=30:duration=2');
    const path = makeMedia(at('varying.mkv'), ...source, '-vf', "select='not(mod(n,2))+not(mod(n,5))'", '-c:v', 'ffv1');
    const { streams } = await probeMedia(path);
    expect(streams[0]).toMatchObject({ variableFrameRate: true });
    expect((streams[0] as { fps: number }).fps).toBeCloseTo(18, 0);
  });

  it('tells a cover from a video', async () => {
    const cover = makeMedia(at('cover.png'), ...generated('testsrc=size=16x16'), '-frames:v', '1');
    const path = makeMedia(
      at('song.flac'),
      ...sine,
      '-i',
      cover,
      '-map',
      '0',
      '-map',
      '1',
      '-c:v',
      'copy',
      '-disposition:v',
      'attached_pic',
    );
    const { streams } = await probeMedia(path);
    expect(streams.find(({ kind }) => kind === 'video')).toMatchObject({
      attachedPicture: true,
      fps: undefined,
      width: 16,
    });
  });

  it('does not take a name for numbered pictures', async () => {
    const pictures = makeMedia(at('picture%03d.png'), ...generated('testsrc=size=16x16'), '-frames:v', '2');
    copyFileSync(at('picture001.png'), pictures);
    await expect(probeMedia(pictures)).rejects.toThrow(/picture%03d\.png: expected one picture/);
    expect((await probeMedia(at('picture001.png'))).streams).toMatchObject([{ width: 16, height: 16 }]);
  });

  it('knows subtitles alone', async () => {
    writeFileSync(at('text.srt'), '1\n00:00:00,000 --> 00:00:01,000\nhello\n');
    expect((await probeMedia(at('text.srt'))).streams).toMatchObject([{ kind: 'other', codec: 'subrip' }]);
  });

  it('names a file of text, and one cut before its index', async () => {
    writeFileSync(at('text.mp4'), 'not a video at all\n'.repeat(100));
    await expect(probeMedia(at('text.mp4'))).rejects.toThrow(
      /text\.mp4: ffmpeg failed .*\n {2}\[mov[^@]*\] .*Invalid data/s,
    );
    const whole = readFileSync(
      makeMedia(at('whole.mp4'), ...generated('testsrc=size=32x32:duration=1'), '-c:v', 'mpeg4'),
    );
    writeFileSync(at('cut.mp4'), whole.subarray(0, whole.length / 2));
    await expect(probeMedia(at('cut.mp4'))).rejects.toThrow(MediaFileError);
  });
});
