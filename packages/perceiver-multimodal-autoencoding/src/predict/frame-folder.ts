import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFileError, readAudio, type VideoClip } from 'perceiver-audio-video';
import { type RgbImage, readImage, resizeWithSharp } from 'perceiver-image-files';
import type { ClipShape } from './clip-shape.js';
import type { Clip } from './read-clip-source.js';

const PICTURE = /\.(png|jpe?g|webp|avif|tiff?)$/i;

/** The largest square about the middle, as the released model's clips were cut. */
function centreSquare({ width, height, data }: RgbImage): RgbImage {
  const size = Math.min(width, height);
  if (width === height) return { width, height, data };
  const [left, top] = [Math.floor(width / 2) - Math.floor(size / 2), Math.floor(height / 2) - Math.floor(size / 2)];
  const cut = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row++) {
    const start = ((top + row) * width + left) * 3;
    cut.set(data.subarray(start, start + size * 3), row * size * 3);
  }
  return { width: size, height: size, data: cut };
}

/**
 * Reads a clip from a folder without ffmpeg: pictures in the order of their names, 25 a second, and one WAV file whose beginning is heard
 * with the first of them. Pictures of another size are cut to a square about their middle, and resized.
 *
 * @throws MediaFileError, ImageFileError
 */
export async function readFrameFolder(folder: string, shape: ClipShape, start = 0): Promise<Clip> {
  const names = (await readdir(folder)).sort(new Intl.Collator('en', { numeric: true }).compare);
  const pictures = names.filter((name) => PICTURE.test(name));
  const sounds = names.filter((name) => /\.wav$/i.test(name));
  const first = Math.round(start * shape.fps);
  if (pictures.length < first + shape.frames) {
    const expected = `${shape.frames} pictures${first === 0 ? '' : ` from the ${first + 1}th on`}`;
    throw new MediaFileError(`${folder}: expected ${expected}, got ${pictures.length}`);
  }
  if (sounds.length > 1) throw new MediaFileError(`${folder}: expected one WAV file, got ${sounds.join(', ')}`);
  const { frames, height, width, fps, sampleRate, samples } = shape;
  const data = new Uint8Array(frames * height * width * 3);
  for (let i = 0; i < frames; i++) {
    const picture = await readImage(join(folder, pictures[first + i]!));
    const fits = picture.width === width && picture.height === height;
    const fitted = fits ? picture : await resizeWithSharp(centreSquare(picture), width, height);
    data.set(fitted.data, i * height * width * 3);
  }
  const video: VideoClip = { frames, height, width, fps, data };
  if (sounds.length === 0) return { video };
  const audio = await readAudio(join(folder, sounds[0]!), { sampleRate, channels: 1, samples, start });
  return { video, audio };
}
