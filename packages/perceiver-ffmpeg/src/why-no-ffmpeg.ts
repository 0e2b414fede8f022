import { FfmpegNotFoundError } from './ffmpeg-not-found-error.js';
import { findFfmpeg } from './find-ffmpeg.js';

/** What to tell of a missing ffmpeg, and how to get it; undefined where it is there. */
export function whyNoFfmpeg(): string | undefined {
  try {
    findFfmpeg();
    return undefined;
  } catch (error) {
    if (error instanceof FfmpegNotFoundError) return error.message;
    throw error;
  }
}
