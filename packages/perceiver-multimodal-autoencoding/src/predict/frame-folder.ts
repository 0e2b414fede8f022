import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFileError, readAudio, type VideoClip } from 'perceiver-audio-video';
import { type RgbImage, readImage, resizeWithSharp } from 'perceiver-image-files';
import { checkWindows } from './check-windows.js';
import type { ClipShape } from './clip-shape.js';
import type { ReadClipOptions, WindowedClip } from './read-clip-source.js';

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
export async function readFrameFolder(
  folder: string,
  shape: ClipShape,
  { start = 0, windows: most = Number.POSITIVE_INFINITY, pad = false, signal }: ReadClipOptions = {},
): Promise<WindowedClip> {
  const { frames: size, height, width, fps, sampleRate } = shape;
  const names = (await readdir(folder)).sort(new Intl.Collator('en', { numeric: true }).compare);
  const sounds = names.filter((name) => /\.wav$/i.test(name));
  const first = Math.round(start * fps);
  const pictures = names.filter((name) => PICTURE.test(name)).slice(first);
  const windows = Math.min((pad ? Math.ceil : Math.floor)(pictures.length / size), most);
  if (windows < 1) {
    const expected = `at least ${pad ? 1 : size} pictures${first === 0 ? '' : ` from the ${first + 1}th on`}`;
    throw new MediaFileError(`${folder}: expected ${expected}, got ${pictures.length}`);
  }
  checkWindows(folder, windows, shape);
  if (sounds.length > 1) throw new MediaFileError(`${folder}: expected one WAV file, got ${sounds.join(', ')}`);
  const [frames, pixels] = [windows * size, height * width * 3];
  const data = new Uint8Array(frames * pixels);
  for (let i = 0; i < frames; i++) {
    signal?.throwIfAborted();
    if (i >= pictures.length) {
      data.copyWithin(i * pixels, (i - 1) * pixels, i * pixels);
      continue;
    }
    const picture = await readImage(join(folder, pictures[i]!));
    const fits = picture.width === width && picture.height === height;
    const fitted = fits ? picture : await resizeWithSharp(centreSquare(picture), width, height);
    data.set(fitted.data, i * pixels);
  }
  const leftOut = windows < most ? Math.max(0, pictures.length - frames) : 0;
  const video: VideoClip = { frames, height, width, fps, data };
  if (sounds.length === 0) return { video, leftOut };
  const samples = windows * shape.samples;
  const options = { sampleRate, channels: 1, samples, start, ...(pad && { atLeast: 0 }) };
  const audio = await readAudio(join(folder, sounds[0]!), options);
  const filled = new Float32Array(samples);
  filled.set(audio.data);
  return { video, audio: { ...audio, data: filled }, leftOut };
}
