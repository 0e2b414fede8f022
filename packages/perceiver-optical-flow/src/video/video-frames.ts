import { type MediaSource, mediaInput, type ProbeOptions, probeMedia, startFfmpeg } from 'perceiver-ffmpeg';
import type { RgbImage } from 'perceiver-image-files';
import { decodeNetpbm, rgbOfNetpbm } from '../files/netpbm-file.js';
import { FlowError } from '../flow-error.js';

/** Frames per second where a file does not tell. */
const USUAL_FPS = 25;
/** Longest header that ffmpeg writes before a frame's bytes. */
const MAX_HEADER = 64;

export interface VideoFrames {
  readonly fps: number;
  /** Frames as a player shows them, turned as the file says; each is decoded when it is asked for. */
  readonly frames: AsyncGenerator<RgbImage, void>;
}

/** Bytes of the first picture of a stream of PPMs; undefined while its header is not there. */
function pictureBytes(bytes: Buffer): number | undefined {
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, MAX_HEADER));
  if (header !== null) return header[0].length + Number(header[1]) * Number(header[2]) * 3;
  if (bytes.length >= MAX_HEADER) throw new FlowError('video: expected a PPM header from ffmpeg, got other bytes');
  return undefined;
}

async function* decodeFrames(source: MediaSource, fps: number, options: ProbeOptions): AsyncGenerator<RgbImage, void> {
  const { name, arguments: input } = await mediaInput(source, options);
  // A stream of PPMs says the size of each frame itself, whatever rotation does to it.
  const output = ['-map', '0:V:0', '-r', String(fps), '-pix_fmt', 'rgb24', '-c:v', 'ppm', '-f', 'image2pipe', 'pipe:1'];
  const run = startFfmpeg(['-loglevel', 'error', ...input, ...output], { name, ...options });
  let parts: Uint8Array[] = [];
  let [have, want] = [0, MAX_HEADER];
  for await (const chunk of run.output) {
    parts.push(chunk);
    have += chunk.length;
    while (have >= want) {
      const bytes = Buffer.concat(parts);
      const size = pictureBytes(bytes) ?? MAX_HEADER;
      const whole = bytes.length >= size;
      if (whole) yield rgbOfNetpbm(decodeNetpbm(bytes.subarray(0, size), name));
      parts = [whole ? bytes.subarray(size) : bytes];
      have = parts[0]!.length;
      want = whole ? MAX_HEADER : size;
      if (have < want) break;
    }
  }
}

/**
 * Frames of a video, decoded by ffmpeg as they are asked for.
 *
 * @throws MediaFileError, FfmpegNotFoundError; FlowError for a file without video
 */
export async function videoFrames(source: MediaSource, options: ProbeOptions = {}): Promise<VideoFrames> {
  const { streams } = await probeMedia(source, options);
  const video = streams.find((stream) => stream.kind === 'video' && !stream.attachedPicture);
  if (video?.kind !== 'video') throw new FlowError(`${source}: expected a video, got a file without moving pictures`);
  const fps = video.fps ?? USUAL_FPS;
  return { fps, frames: decodeFrames(source, fps, options) };
}
