import { type AudioClip, MediaFileError, type MediaSource, probeMedia, type VideoClip } from 'perceiver-ffmpeg';
import { chooseStream } from './choose-stream.js';
import { decodeAudio } from './decode-audio.js';
import { checkNumber, type DecodeOptions } from './decode-options.js';
import { decodeVideo } from './decode-video.js';
import type { Fit } from './video-filter.js';

export interface ClipOptions extends Omit<DecodeOptions, 'stream'> {
  /** Frames of a clip; 16 by default. */
  readonly frames?: number;
  /** Frames per second; 25 by default. */
  readonly fps?: number;
  /** 224 by default. */
  readonly width?: number;
  /** 224 by default. */
  readonly height?: number;
  /** `cover` by default. */
  readonly fit?: Fit;
  /** Samples per second; 48,000 by default. Those of one clip, frames / fps * sampleRate, must be a whole number. */
  readonly sampleRate?: number;
  /** 1 by default. */
  readonly channels?: number;
  /** Fills the last clip up, with its last frame and silence, instead of leaving it out; false by default. */
  readonly pad?: boolean;
}

/** Pictures and the sound that is heard with them. */
export interface MediaClip {
  /** Seconds from the beginning of the file. */
  readonly start: number;
  readonly video: VideoClip;
  /** Frames at the end that repeat the last one, because the file had no more: of the last clip, with `pad`. */
  readonly filled: number;
  /** Undefined where the file has no sound. */
  readonly audio?: AudioClip;
}

/** Takes a number of items from a stream of pieces; fewer at its end. */
function pieceReader(pieces: AsyncGenerator<Float32Array, void>): (length: number) => Promise<[Float32Array, number]> {
  let rest: Float32Array = new Float32Array(0);
  return async (length) => {
    const taken = new Float32Array(length);
    let filled = 0;
    while (filled < length) {
      if (rest.length === 0) {
        const { value, done } = await pieces.next();
        if (done) break;
        rest = value;
      }
      const part = rest.subarray(0, length - filled);
      taken.set(part, filled);
      rest = rest.subarray(part.length);
      filled += part.length;
    }
    return [taken, filled];
  };
}

/**
 * Cuts a file into clips of one length that follow each other: by default 16 frames of 224 x 224 at 25 a second and the 30,720 samples at
 * 48 kHz that are heard with them, the input of the multimodal autoencoder (Perceiver IO, section 4.3). Where the sound ends within a clip,
 * silence follows.
 *
 * @throws MediaFileError, FfmpegNotFoundError; also while clips are read
 */
export async function* decodeClips(source: MediaSource, options: ClipOptions = {}): AsyncGenerator<MediaClip, void> {
  const { frames = 16, fps = 25, width = 224, height = 224, sampleRate = 48_000, channels = 1 } = options;
  const { start = 0, pad = false } = options;
  checkNumber(String(source), 'frames', frames, 1, true);
  const samples = Math.round((frames / fps) * sampleRate);
  if (Math.abs(samples - (frames / fps) * sampleRate) > 1e-6) {
    const got = `${frames} frames at ${fps} a second and ${sampleRate} samples a second`;
    throw new MediaFileError(`${source}: expected clips of a whole number of samples, got ${got}`);
  }
  const info = options.info ?? (await probeMedia(source, options));
  const hasSound = chooseStream(info, 'audio') !== undefined;
  const { frames: _, ...others } = options;
  const rest = { ...others, info };
  const video = await decodeVideo(source, { ...rest, fps, width, height });
  const audio = hasSound ? await decodeAudio(source, { ...rest, sampleRate, channels }) : undefined;
  const take = audio && pieceReader(audio.chunks);
  const frameBytes = width * height * 3;
  try {
    for (let index = 0; ; index++) {
      const data = new Uint8Array(frames * frameBytes);
      let count = 0;
      while (count < frames) {
        const { value, done } = await video.frames.next();
        if (done) break;
        data.set(value, count * frameBytes);
        count++;
      }
      if (count === 0 || (count < frames && !pad)) return;
      for (let frame = count; frame < frames; frame++)
        data.copyWithin(frame * frameBytes, (count - 1) * frameBytes, count * frameBytes);
      const sound = await take?.(samples * channels);
      yield {
        start: start + (index * frames) / fps,
        video: { frames, height, width, fps, data },
        filled: frames - count,
        ...(sound && { audio: { sampleRate, channels, data: sound[0] } }),
      };
    }
  } finally {
    await video.frames.return();
    await audio?.chunks.return();
  }
}

/** The first clip from `start` on. Throws MediaFileError where there are too few frames for one. */
export async function readClip(source: MediaSource, options: ClipOptions = {}): Promise<MediaClip> {
  for await (const clip of decodeClips(source, options)) return clip;
  const { frames = 16, fps = 25, start = 0 } = options;
  throw new MediaFileError(
    `${source}: expected ${frames} frames at ${fps} a second from ${start} s on, got fewer; { pad: true } fills a clip up`,
  );
}
