import { stat } from 'node:fs/promises';
import {
  type AudioClip,
  concatenate,
  decodeClips,
  MediaFileError,
  type MediaInputOptions,
  type MediaSource,
  type VideoClip,
} from 'perceiver-audio-video';
import { ModelError } from 'perceiver-core';
import { checkWindows } from './check-windows.js';
import type { ClipShape } from './clip-shape.js';
import { readFrameFolder } from './frame-folder.js';

/** Pictures and the sound that is heard with them. */
export interface Clip {
  readonly video: VideoClip;
  /** Absent where there is no sound: the model then hears silence. */
  readonly audio?: AudioClip;
}

/** A clip of one or more windows, each of the frames that a model takes. */
export interface WindowedClip extends Clip {
  /** Frames at its end that do not fill a window and are left out. Not counted where `windows` ended the reading. */
  readonly leftOut: number;
}

/** A file that ffmpeg reads, an address, a folder of pictures with a WAV file, or a clip in memory. */
export type ClipSource = MediaSource | Clip;

export interface ReadClipOptions extends MediaInputOptions {
  /** Seconds from the beginning of the file or folder; 0 by default. */
  readonly start?: number;
  /** Most windows to read, one after the other, each of the frames that the model takes; all of the file by default. */
  readonly windows?: number;
  /** Fills the last window up, with the last frame and silence, instead of leaving its frames out; false by default. */
  readonly pad?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Reads a clip in the model's sizes, as many windows as it has: files and folders are cut, resized and resampled, a clip in memory must
 * have them.
 *
 * @throws MediaFileError, ImageFileError, FfmpegNotFoundError, ModelError
 */
export async function readClipSource(
  source: ClipSource,
  shape: ClipShape,
  options: ReadClipOptions = {},
): Promise<WindowedClip> {
  const { windows } = options;
  if (windows !== undefined && !(Number.isSafeInteger(windows) && windows >= 1)) {
    throw new ModelError(`windows: expected a whole number from 1, got ${windows}`);
  }
  if (typeof source === 'object' && 'video' in source) return checkClip(source, shape, windows);
  const isFolder =
    typeof source === 'string' &&
    (await stat(source).then(
      (info) => info.isDirectory(),
      () => false,
    ));
  return isFolder ? readFrameFolder(source, shape, options) : readFile(source, shape, options);
}

async function readFile(source: MediaSource, shape: ClipShape, options: ReadClipOptions): Promise<WindowedClip> {
  const { windows = Number.POSITIVE_INFINITY, pad = false, ...input } = options;
  const { frames, height, width, fps, sampleRate } = shape;
  const pictures: Uint8Array[] = [];
  const sounds: Float32Array[] = [];
  let leftOut = 0;
  const clips = decodeClips(source, { ...input, pad: true, frames, height, width, fps, sampleRate, channels: 1 });
  for await (const { video, audio, filled } of clips) {
    if (filled > 0 && !pad) {
      leftOut = frames - filled;
      break;
    }
    checkWindows(String(source), pictures.length + 1, shape);
    pictures.push(video.data);
    if (audio !== undefined) sounds.push(audio.data);
    if (pictures.length >= windows) break;
  }
  if (pictures.length === 0) {
    const from = `from ${options.start ?? 0} s on`;
    const hint = leftOut > 0 ? '; --pad ({ pad: true }) fills them up' : '';
    throw new MediaFileError(
      `${source}: expected at least ${frames} frames at ${fps} a second ${from}, got ${leftOut}${hint}`,
    );
  }
  return {
    video: { frames: pictures.length * frames, height, width, fps, data: concatenate(pictures, Uint8Array) },
    ...(sounds.length > 0 && { audio: { sampleRate, channels: 1, data: concatenate(sounds, Float32Array) } }),
    leftOut,
  };
}

function checkClip(clip: Clip, shape: ClipShape, most = Number.POSITIVE_INFINITY): WindowedClip {
  const { video, audio } = clip;
  for (const side of ['height', 'width'] as const) {
    if (video[side] !== shape[side]) {
      throw new ModelError(`clip: expected video of ${side} ${shape[side]}, got ${video[side]}`);
    }
  }
  const windows = video.frames / shape.frames;
  if (!(Number.isInteger(windows) && windows >= 1)) {
    throw new ModelError(`clip: expected video of windows of ${shape.frames} frames each, got ${video.frames} frames`);
  }
  const numbers = shape.height * shape.width * 3;
  if (video.data.length !== video.frames * numbers)
    throw new ModelError(`clip: expected ${video.frames * numbers} colours, got ${video.data.length}`);
  const samples = windows * shape.samples;
  if (audio && (audio.channels !== 1 || audio.sampleRate !== shape.sampleRate || audio.data.length !== samples)) {
    throw new ModelError(
      `clip: expected ${samples} samples of 1 channel at ${shape.sampleRate} a second, got ${audio.data.length} of ${audio.channels} at ${audio.sampleRate}`,
    );
  }
  if (windows <= most) return { video, ...(audio && { audio }), leftOut: 0 };
  const frames = most * shape.frames;
  return {
    video: { ...video, frames, data: video.data.subarray(0, frames * numbers) },
    ...(audio && { audio: { ...audio, data: audio.data.subarray(0, most * shape.samples) } }),
    leftOut: 0,
  };
}
