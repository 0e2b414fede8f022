import { type AudioClip, MediaFileError, type MediaSource, type VideoClip } from 'perceiver-ffmpeg';
import { concatenate } from './concatenate.js';
import { type DecodeAudioOptions, decodeAudio } from './decode-audio.js';
import { type DecodeVideoOptions, decodeVideo } from './decode-video.js';

export interface ReadMediaLimits {
  /** Most bytes that the clip may take in memory; 1 GiB by default. */
  readonly maxBytes?: number;
}

function checkSize(source: MediaSource, bytes: number, { maxBytes = 2 ** 30 }: ReadMediaLimits): void {
  if (bytes > maxBytes) {
    throw new MediaFileError(
      `${source}: expected a clip of at most ${maxBytes} bytes in memory, got more; ask for a part`,
    );
  }
}

/**
 * Decodes a video into memory.
 *
 * @throws MediaFileError, FfmpegNotFoundError; also where there are no frames, or fewer than `frames`
 */
export async function readVideo(
  source: MediaSource,
  options: DecodeVideoOptions & ReadMediaLimits = {},
): Promise<VideoClip> {
  const { width, height, fps, frames } = await decodeVideo(source, options);
  const all: Uint8Array[] = [];
  for await (const frame of frames) {
    checkSize(source, (all.length + 1) * frame.length, options);
    all.push(frame);
  }
  const expected = options.frames ?? 1;
  if (all.length < expected) {
    const where = `from ${options.start ?? 0} s on`;
    throw new MediaFileError(`${source}: expected at least ${expected} frames ${where}, got ${all.length}`);
  }
  return { frames: all.length, height, width, fps, data: concatenate(all, Uint8Array) };
}

/**
 * Decodes sound into memory.
 *
 * @throws MediaFileError, FfmpegNotFoundError; also where there are fewer than `samples`
 */
export async function readAudio(
  source: MediaSource,
  options: DecodeAudioOptions &
    ReadMediaLimits & { /** Fewest samples; by default as many as `samples`. */ readonly atLeast?: number } = {},
): Promise<AudioClip> {
  const { sampleRate, channels, chunks } = await decodeAudio(source, options);
  const all: Float32Array[] = [];
  let count = 0;
  for await (const chunk of chunks) {
    count += chunk.length;
    checkSize(source, 4 * count, options);
    all.push(chunk);
  }
  const { samples = 0, atLeast = samples, start = 0 } = options;
  if (count < atLeast * channels) {
    throw new MediaFileError(`${source}: expected ${atLeast} samples from ${start} s on, got ${count / channels}`);
  }
  return { sampleRate, channels, data: concatenate(all, Float32Array) };
}
