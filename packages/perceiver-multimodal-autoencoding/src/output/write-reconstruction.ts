import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWav } from 'perceiver-audio-video';
import { whyNoFfmpeg, writeVideo } from 'perceiver-ffmpeg';
import { encodePng, type RgbImage } from 'perceiver-image-files';
import type { Reconstruction } from '../predict/multimodal-predictor.js';
import { clipFrames } from './clip-frames.js';
import { contactSheet, sideBySide, sideBySideSize } from './contact-sheet.js';

export interface WrittenReconstruction {
  /** Paths, in the order of writing. */
  readonly files: readonly string[];
  /** Why there are frames in place of mp4 files, where ffmpeg is missing. */
  readonly withoutVideo?: string;
}

/**
 * Writes a reconstruction into a folder, which is made: `contact-sheet.png`, `reconstruction.wav`, and with ffmpeg `reconstruction.mp4`
 * and `side-by-side.mp4` with the reconstructed sound; without it the frames, `frame-00.png` and so on.
 *
 * @throws MediaFileError, and errors of the system
 */
export async function writeReconstruction(
  folder: string,
  reconstruction: Reconstruction,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<WrittenReconstruction> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const into = async (name: string, write: (path: string) => Promise<unknown>): Promise<void> => {
    const path = join(folder, name);
    await write(path);
    files.push(path);
  };
  const { video, audio } = reconstruction;
  await into('contact-sheet.png', async (path) => writeFile(path, await encodePng(await contactSheet(reconstruction))));
  await into('reconstruction.wav', (path) => writeWav(path, audio));
  const missing = whyNoFfmpeg();
  if (missing !== undefined) {
    const frames = clipFrames(video);
    const digits = Math.max(2, String(frames.length - 1).length);
    for (const [i, frame] of frames.entries()) {
      const number = String(i).padStart(digits, '0');
      await into(`frame-${number}.png`, async (path) => writeFile(path, await encodePng(frame)));
    }
    return { files, withoutVideo: missing };
  }
  const write = (path: string, [width, height]: readonly [number, number], frames: Iterable<RgbImage>) =>
    writeVideo(path, colours(frames), { fps: video.fps, width, height, audio, signal });
  await into('reconstruction.mp4', (path) => write(path, [video.width, video.height], clipFrames(video)));
  await into('side-by-side.mp4', (path) => write(path, sideBySideSize(video), sideBySide(reconstruction)));
  return { files };
}

function* colours(frames: Iterable<RgbImage>): Generator<Uint8Array, void> {
  for (const { data } of frames) yield data;
}
