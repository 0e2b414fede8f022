import { MediaFileError } from 'perceiver-audio-video';
import type { ClipShape } from './clip-shape.js';

/** Most bytes that the frames of a clip take in memory. */
const MAX_BYTES = 2 ** 28;

/** Refuses clips of more windows than memory should hold. Throws MediaFileError. */
export function checkWindows(name: string, windows: number, { frames, height, width, fps }: ClipShape): void {
  const most = Math.floor(MAX_BYTES / (frames * height * width * 3));
  if (windows <= most) return;
  const seconds = ((most * frames) / fps).toFixed(1);
  throw new MediaFileError(
    `${name}: expected at most ${most} windows of ${frames} frames (${seconds} s) at a time, got more; ask for a part with start and windows`,
  );
}
