import type { AudioClip } from './clips.js';
import { MediaFileError } from './media-file-error.js';
import { startFfmpeg } from './start-ffmpeg.js';
import { videoEncoder } from './video-encoder.js';
import { writeBeside } from './write-beside.js';

export interface WriteVideoOptions {
  /** Frames per second. */
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  /** Sound that starts with the first frame. */
  readonly audio?: AudioClip;
  readonly signal?: AbortSignal;
  /** Milliseconds without progress after which ffmpeg is ended; 60,000 by default. */
  readonly stallTimeout?: number;
}

export interface WrittenVideo {
  readonly frames: number;
  /** ffmpeg's name of the encoder: libx264, libopenh264 or mpeg4. */
  readonly encoder: string;
}

/** Samples are handed over in pieces of this many numbers. */
const AUDIO_CHUNK = 2 ** 16;

function checkOptions(path: string, { fps, width, height, audio }: WriteVideoOptions): void {
  if (!(fps > 0 && Number.isFinite(fps))) throw new MediaFileError(`${path}: expected fps above 0, got ${fps}`);
  for (const [name, size] of Object.entries({ width, height })) {
    if (!(Number.isSafeInteger(size) && size >= 1 && size <= 16_384)) {
      throw new MediaFileError(`${path}: expected a ${name} of 1 to 16384 pixels, got ${size}`);
    }
  }
  if (audio === undefined) return;
  const { sampleRate, channels, data } = audio;
  if (!(Number.isSafeInteger(sampleRate) && sampleRate >= 1)) {
    throw new MediaFileError(`${path}: expected a whole sample rate above 0, got ${sampleRate}`);
  }
  if (!(Number.isSafeInteger(channels) && channels >= 1 && data.length % channels === 0)) {
    throw new MediaFileError(`${path}: expected samples of ${channels} channels each, got ${data.length} numbers`);
  }
}

/**
 * Writes an mp4 file: H.264 where ffmpeg can (else MPEG-4), AAC sound. It is written beside and renamed when it is whole. Sizes that are
 * odd get one more black column or row, since players want even ones.
 *
 * @param frames each `[height, width, 3]`, 0 to 255, red, green, blue
 * @throws MediaFileError, FfmpegNotFoundError
 */
export async function writeVideo(
  path: string,
  frames: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: WriteVideoOptions,
): Promise<WrittenVideo> {
  checkOptions(path, options);
  const { fps, width, height, audio, signal, stallTimeout } = options;
  return writeBeside(path, async (partial) => {
    const { name: encoder, options: quality } = await videoEncoder();
    const hasSound = audio !== undefined && audio.data.length > 0;
    const picture = [
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-s',
      `${width}x${height}`,
      '-r',
      String(fps),
      '-i',
      'pipe:0',
    ];
    const sound = hasSound
      ? ['-f', 'f32le', '-ar', String(audio.sampleRate), '-ac', String(audio.channels), '-i', 'pipe:3', '-c:a', 'aac']
      : [];
    // Colours are said to be what they are: players otherwise guess from the size of the picture.
    const filter = 'scale=out_color_matrix=bt709:out_range=tv,pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p';
    const colours = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
    const coding = ['-vf', filter, ...colours, '-c:v', encoder, ...quality, '-movflags', '+faststart'];
    const run = startFfmpeg(
      ['-loglevel', 'error', ...picture, ...sound, ...coding, '-f', 'mp4', '-y', `file:${partial}`],
      { name: path, signal, stallTimeout, inputPipes: hasSound ? 2 : 1 },
    );
    const [pictureInput, soundInput] = run.inputs;
    let count = 0;
    const writeFrames = async () => {
      for await (const frame of frames) {
        if (frame.length !== width * height * 3) {
          throw new MediaFileError(
            `${path}: expected frames of ${width} x ${height} x 3 numbers, got ${frame.length} in frame ${count}`,
          );
        }
        await run.write(pictureInput!, frame);
        count++;
      }
      if (count === 0) throw new MediaFileError(`${path}: expected at least one frame, got none`);
      pictureInput!.end();
    };
    const writeSound = async () => {
      if (!hasSound) return;
      for (let start = 0; start < audio.data.length; start += AUDIO_CHUNK) {
        const { buffer, byteOffset, byteLength } = audio.data.subarray(start, start + AUDIO_CHUNK);
        await run.write(soundInput!, new Uint8Array(buffer, byteOffset, byteLength));
      }
      soundInput!.end();
    };
    try {
      // Both at a time: ffmpeg takes from each what it needs next.
      await Promise.all([writeFrames(), writeSound()]);
      await run.finished();
    } finally {
      await run.stop();
    }
    return { frames: count, encoder };
  });
}
