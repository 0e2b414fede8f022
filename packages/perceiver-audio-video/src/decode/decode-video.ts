import { MediaFileError, type MediaSource, mediaInput, probeMedia, startFfmpeg } from 'perceiver-ffmpeg';
import { requireStream } from './choose-stream.js';
import { checkNumber, type DecodeOptions, seekArguments } from './decode-options.js';
import { fixedSizeChunks } from './fixed-size-chunks.js';
import { type Fit, shownSize, sizeFilters, targetSize } from './video-filter.js';

export interface DecodeVideoOptions extends DecodeOptions {
  /** Frames per second; by default the file's own rate, the mean where it varies. Frames are repeated and left out as needed. */
  readonly fps?: number;
  /** Pixels; by default as shown, and a side that is not given follows from the other. */
  readonly width?: number;
  readonly height?: number;
  /** `cover` by default. */
  readonly fit?: Fit;
  /** Most frames; all by default. */
  readonly frames?: number;
}

/** A video that is being decoded. */
export interface DecodedVideo {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Each `[height, width, 3]`, 0 to 255, red, green, blue. Decoded as it is read; leaving the loop ends the decoder. */
  readonly frames: AsyncGenerator<Uint8Array, void>;
}

/**
 * Decodes a video to RGB frames of one size and rate, turned as the file says. A file that is cut off gives the frames it has.
 *
 * @throws MediaFileError, FfmpegNotFoundError; also while frames are read
 */
export async function decodeVideo(source: MediaSource, options: DecodeVideoOptions = {}): Promise<DecodedVideo> {
  const { start = 0, fit = 'cover', frames, signal, stallTimeout } = options;
  const { name, arguments: input } = await mediaInput(source, options);
  checkNumber(name, 'start', start, 0, false);
  for (const option of ['width', 'height', 'frames'] as const) {
    if (options[option] !== undefined) checkNumber(name, option, options[option], 1, true);
  }
  const info = options.info ?? (await probeMedia(source, options));
  const stream = requireStream(name, info, 'video', options.stream);
  if (stream.width < 1 || stream.height < 1)
    throw new MediaFileError(`${name}: expected a video with a size, got none`);
  const fps = options.fps ?? stream.fps ?? 1;
  if (!(Number.isFinite(fps) && fps > 0)) throw new MediaFileError(`${name}: expected fps above 0, got ${fps}`);
  const shown = shownSize(stream);
  const target = targetSize(shown, options);
  const { maxPixels = 100_000_000 } = options;
  if (target.width * target.height > maxPixels) {
    throw new MediaFileError(
      `${name}: expected frames of at most ${maxPixels} pixels, got ${target.width} x ${target.height}`,
    );
  }
  // Frame i is the one shown at i / fps after the start, also where the stream begins late.
  const filters = [`fps=fps=${fps}:start_time=0`, ...sizeFilters(shown, target, fit)];
  const length = frames === undefined ? [] : ['-frames:v', String(frames)];
  const run = () =>
    startFfmpeg(
      [
        ...['-loglevel', 'error', ...seekArguments(start), ...input, '-map', `0:${stream.index}`],
        ...['-vf', filters.join(','), ...length, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
      ],
      { name, signal, stallTimeout },
    );
  async function* decoded() {
    yield* fixedSizeChunks(run().output, target.width * target.height * 3);
  }
  return { ...target, fps, frames: decoded() };
}
