import { MediaFileError } from './media-file-error.js';
import type { MediaInfo } from './media-info.js';
import { type MediaInputOptions, mediaInput } from './media-input.js';
import type { MediaSource } from './media-source.js';
import { parseFrameList } from './parse-frame-list.js';
import { parseInputDump } from './parse-input-dump.js';
import { startFfmpeg } from './start-ffmpeg.js';

export interface ProbeOptions extends MediaInputOptions {
  readonly signal?: AbortSignal;
  readonly stallTimeout?: number;
}

/** Video packets whose times are looked at. */
const MAX_TIMED_FRAMES = 300;
const MAX_LIST_BYTES = 2 ** 22;

/**
 * Lists the streams of a file, without decoding it. It needs ffmpeg only, not ffprobe (which ffmpeg-static lacks): what kinds of streams
 * there are is read from ffmpeg's description of its input, sizes, rates and times from a list of packets, which is made for machines.
 *
 * @throws MediaFileError, FfmpegNotFoundError
 */
export async function probeMedia(source: MediaSource, options: ProbeOptions = {}): Promise<MediaInfo> {
  const { signal, stallTimeout } = options;
  const { name, arguments: input } = await mediaInput(source, options);
  const args = ['-loglevel', 'info', '-nostats', ...input, '-map', '0:v?', '-map', '0:a?', '-c', 'copy'];
  const run = startFfmpeg([...args, '-copyts', '-f', 'framecrc', 'pipe:1'], { name, signal, stallTimeout });
  let list = '';
  let failure: unknown;
  try {
    let timedFrames = 0;
    for await (const chunk of run.output) {
      const text = Buffer.from(chunk).toString('latin1');
      list += text;
      timedFrames += text.split('\n').length - 1;
      if (timedFrames > 4 * MAX_TIMED_FRAMES || list.length > MAX_LIST_BYTES) break;
    }
  } catch (error) {
    failure = error;
  }
  const info = parseInputDump(run.log().replaceAll(input.at(-1)!, ''));
  // A file with neither sound nor video (subtitles alone) makes ffmpeg fail, although its streams are known.
  if (info === undefined || info.streams.length === 0) {
    throw failure ?? new MediaFileError(`${name}: expected a media file, ffmpeg found no streams in it`);
  }
  if (signal?.aborted) throw failure;
  if (info.format === 'image2' && /%\d*d/.test(input.at(-1)!)) {
    throw new MediaFileError(`${name}: expected one picture, got a name that ffmpeg takes for many numbered ones (%d)`);
  }
  return parseFrameList(list, info, MAX_TIMED_FRAMES);
}
