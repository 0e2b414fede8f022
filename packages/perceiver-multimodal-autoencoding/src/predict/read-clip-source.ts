import { stat } from 'node:fs/promises';
import { type AudioClip, type MediaSource, readClip, type VideoClip } from 'perceiver-audio-video';
import { ModelError } from 'perceiver-core';
import type { ClipShape } from './clip-shape.js';
import { readFrameFolder } from './frame-folder.js';

/** Pictures and the sound that is heard with them. */
export interface Clip {
  readonly video: VideoClip;
  /** Absent where there is no sound: the model then hears silence. */
  readonly audio?: AudioClip;
}

/** A file that ffmpeg reads, a folder of pictures with a WAV file, or a clip in memory. */
export type ClipSource = MediaSource | Clip;

export interface ReadClipOptions {
  /** Seconds from the beginning of the file or folder; 0 by default. */
  readonly start?: number;
  /** Fills a file that is too short up, with its last frame and silence, instead of refusing it; false by default. */
  readonly pad?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Reads a clip in the model's sizes: files and folders are cut, resized and resampled, a clip in memory must have them.
 *
 * @throws MediaFileError, ImageFileError, FfmpegNotFoundError, ModelError
 */
export async function readClipSource(
  source: ClipSource,
  shape: ClipShape,
  options: ReadClipOptions = {},
): Promise<Clip> {
  if (typeof source === 'object' && 'video' in source) return checkClip(source, shape);
  const isFolder =
    typeof source === 'string' &&
    (await stat(source).then(
      (info) => info.isDirectory(),
      () => false,
    ));
  if (isFolder) return readFrameFolder(source, shape, options.start);
  const { start, pad, signal } = options;
  const { frames, height, width, fps, sampleRate } = shape;
  return readClip(source, { start, pad, signal, frames, height, width, fps, sampleRate, channels: 1 });
}

function checkClip(clip: Clip, shape: ClipShape): Clip {
  const { video, audio } = clip;
  for (const side of ['frames', 'height', 'width'] as const) {
    if (video[side] !== shape[side]) {
      throw new ModelError(`clip: expected video of ${side} ${shape[side]}, got ${video[side]}`);
    }
  }
  const numbers = shape.frames * shape.height * shape.width * 3;
  if (video.data.length !== numbers)
    throw new ModelError(`clip: expected ${numbers} colours, got ${video.data.length}`);
  if (audio === undefined) return clip;
  if (audio.channels !== 1 || audio.sampleRate !== shape.sampleRate || audio.data.length !== shape.samples) {
    throw new ModelError(
      `clip: expected ${shape.samples} samples of 1 channel at ${shape.sampleRate} a second, got ${audio.data.length} of ${audio.channels} at ${audio.sampleRate}`,
    );
  }
  return clip;
}
