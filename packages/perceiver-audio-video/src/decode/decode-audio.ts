import { type AudioStreamInfo, type MediaSource, mediaInput, probeMedia, startFfmpeg } from 'perceiver-ffmpeg';
import { openPlainWav } from '../wav/open-plain-wav.js';
import { requireStream } from './choose-stream.js';
import { checkNumber, type DecodeOptions, seekArguments } from './decode-options.js';
import { decodeWav } from './decode-wav.js';
import { fixedSizeChunks } from './fixed-size-chunks.js';
import { mixingMatrix } from './mixing-matrix.js';

export interface DecodeAudioOptions extends DecodeOptions {
  /** Samples per second and channel; the file's own by default. */
  readonly sampleRate?: number;
  /** Channels to mix to; the file's own by default. */
  readonly channels?: number;
  /** Most samples of each channel, at the new rate; all by default. */
  readonly samples?: number;
}

/** Sound that is being decoded. */
export interface DecodedAudio {
  readonly sampleRate: number;
  readonly channels: number;
  /** Pieces of `[samples, channels]`, full scale -1 to 1. Decoded as they are read; leaving the loop ends the decoder. */
  readonly chunks: AsyncGenerator<Float32Array, void>;
}

/** Samples of each channel in a piece. */
const CHUNK_SAMPLES = 2 ** 14;

/** Whether the channels of a WAV file are those of 5.1, rear or side; 0 says nothing, then six are. */
const isSurroundMask = (mask: number) => [0, 0x3f, 0x60f].includes(mask);

/** Reads a plain WAV file without ffmpeg; undefined for anything else, and for mixes that only ffmpeg knows. */
async function tryWav(source: MediaSource, options: DecodeAudioOptions): Promise<DecodedAudio | undefined> {
  const reader = await openPlainWav(source);
  if (reader === undefined) return undefined;
  await reader.close();
  const { channels, channelMask } = reader.header;
  const matrix = mixingMatrix(channels, options.channels ?? channels, isSurroundMask(channelMask));
  return matrix && !options.stream ? decodeWav(reader, matrix, CHUNK_SAMPLES, options) : undefined;
}

async function decodeWithFfmpeg(
  source: MediaSource,
  options: DecodeAudioOptions,
  stream: AudioStreamInfo,
): Promise<DecodedAudio> {
  const { name, arguments: input } = await mediaInput(source, options);
  const { start = 0, samples, signal, stallTimeout } = options;
  const { sampleRate = stream.sampleRate, channels = stream.channels ?? 2 } = options;
  const matrix =
    stream.channels === channels ? undefined : mixingMatrix(stream.channels ?? 0, channels, isSurround(stream));
  const filters = [
    'aformat=sample_fmts=fltp',
    // Sample i is heard at i / sampleRate after the start: gaps are filled with silence.
    'aresample=async=1:first_pts=0',
    ...(matrix === undefined ? [] : [panFilter(matrix)]),
    `aresample=${sampleRate}`,
    ...(samples === undefined ? [] : [`atrim=end_sample=${samples}`]),
  ];
  async function* decoded() {
    const run = startFfmpeg(
      [
        ...['-loglevel', 'error', ...seekArguments(start), ...input, '-map', `0:${stream.index}`],
        ...['-af', filters.join(','), '-f', 'f32le', '-ar', String(sampleRate), '-ac', String(channels), 'pipe:1'],
      ],
      { name, signal, stallTimeout },
    );
    const unit = 4 * channels;
    for await (const bytes of fixedSizeChunks(run.output, CHUNK_SAMPLES * unit, unit)) {
      yield new Float32Array(bytes.buffer, 0, bytes.length / 4);
    }
  }
  return { sampleRate, channels, chunks: decoded() };
}

const isSurround = ({ layout }: AudioStreamInfo) => layout.startsWith('5.1');

/** ffmpeg's filter that mixes as a matrix says. */
const panFilter = (matrix: readonly (readonly number[])[]) =>
  [
    `pan=${matrix.length}c`,
    ...matrix.map((row, to) => `c${to}=${row.map((weight, from) => `${weight.toFixed(9)}*c${from}`).join('+')}`),
  ].join('|');

/**
 * Decodes sound to 32-bit floats. Plain WAV files are read without ffmpeg, unless more channels than 5.1 are mixed.
 *
 * @throws MediaFileError, FfmpegNotFoundError; also while pieces are read
 */
export async function decodeAudio(source: MediaSource, options: DecodeAudioOptions = {}): Promise<DecodedAudio> {
  const name = String(source);
  checkNumber(name, 'start', options.start ?? 0, 0, false);
  for (const option of ['sampleRate', 'channels', 'samples'] as const) {
    if (options[option] !== undefined) checkNumber(name, option, options[option], 1, true);
  }
  const wav = await tryWav(source, options);
  if (wav !== undefined) return wav;
  const info = options.info ?? (await probeMedia(source, options));
  return decodeWithFfmpeg(source, options, requireStream(name, info, 'audio', options.stream));
}
