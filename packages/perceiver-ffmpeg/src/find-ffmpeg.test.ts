import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FfmpegNotFoundError } from './ffmpeg-not-found-error.js';
import { findFfmpeg } from './find-ffmpeg.js';
import { temporaryFolder } from './testing/media.js';

const folder = temporaryFolder();
const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';

function program(directory: string): string {
  mkdirSync(join(folder, directory), { recursive: true });
  const path = join(folder, directory, name);
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  return path;
}

const packaged = createRequire(import.meta.url)('ffmpeg-static') as string | null;

it('takes FFMPEG_PATH first, and nothing else where that is wrong', () => {
  const [chosen, other] = [program('chosen'), program('other')];
  const PATH = join(other, '..');
  expect(findFfmpeg({ FFMPEG_PATH: chosen, PATH })).toBe(chosen);
  expect(() => findFfmpeg({ FFMPEG_PATH: join(folder, 'none'), PATH })).toThrow(FfmpegNotFoundError);
  expect(() => findFfmpeg({ FFMPEG_PATH: folder, PATH })).toThrow('FFMPEG_PATH: expected the path of a program');
});

describe.skipIf(packaged !== null && existsSync(packaged))('with ffmpeg-static, whose program is not there', () => {
  it('takes the first program on PATH', () => {
    const found = program('found');
    mkdirSync(join(folder, 'no program', name), { recursive: true });
    const PATH = ['', '.', 'relative', join(folder, 'no program'), join(found, '..')].join(delimiter);
    expect(findFfmpeg({ PATH })).toBe(found);
  });

  it('says what is missing and how to get it', () => {
    expect(() => findFfmpeg({})).toThrow(FfmpegNotFoundError);
    expect(() => findFfmpeg({ PATH: folder })).toThrow(
      /FFMPEG_PATH is not set, ffmpeg-static is installed without its program .*apt-get install ffmpeg/,
    );
  });
});
