import { type MediaInfo, type MediaSource, type ProbeOptions, probeMedia } from 'perceiver-ffmpeg';
import { openPlainWav } from '../wav/open-plain-wav.js';
import type { WavReader } from '../wav/wav-reader.js';
import { chooseStream } from './choose-stream.js';
import { shownSize } from './video-filter.js';

/** What a file holds and what decoding it gives by default. */
export interface Inspection extends MediaInfo {
  /** What `decodeVideo` gives. */
  readonly video?: { readonly stream: number; readonly width: number; readonly height: number; readonly fps: number };
  /** What `decodeAudio` gives. */
  readonly audio?: { readonly stream: number; readonly sampleRate: number; readonly channels: number };
  /** Whether ffmpeg is needed to decode it. */
  readonly needsFfmpeg: boolean;
}

function describeWav({ header }: WavReader): MediaInfo {
  const { sampleRate, channels, samples, encoding, sampleBytes } = header;
  const bits = 8 * sampleBytes;
  const codec = `pcm_${encoding === 'float' ? 'f' : bits === 8 ? 'u' : 's'}${bits}${bits === 8 ? '' : 'le'}`;
  const layout = ['mono', 'stereo'][channels - 1] ?? `${channels} channels`;
  const stream = { index: 0, kind: 'audio', codec, isDefault: false, sampleRate, channels, layout } as const;
  return { format: 'wav', duration: samples / sampleRate, streams: [stream] };
}

/**
 * Lists the streams of a file and what would be decoded. Plain WAV files are read without ffmpeg.
 *
 * @throws MediaFileError, FfmpegNotFoundError
 */
export async function inspect(source: MediaSource, options: ProbeOptions = {}): Promise<Inspection> {
  const wav = await openPlainWav(source);
  await wav?.close();
  const info = wav ? describeWav(wav) : await probeMedia(source, options);
  const chosen = chooseStream(info, 'video');
  // A picture that ffmpeg refused, because it is too large or broken, has no size.
  const video = chosen && chosen.width > 0 && chosen.height > 0 ? chosen : undefined;
  const audio = chooseStream(info, 'audio');
  return {
    ...info,
    video: video && { stream: video.index, ...shownSize(video), fps: video.fps ?? 1 },
    audio: audio && { stream: audio.index, sampleRate: audio.sampleRate, channels: audio.channels ?? 2 },
    needsFfmpeg: wav === undefined,
  };
}
