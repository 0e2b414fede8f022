import { MediaFileError } from 'perceiver-ffmpeg';
import { createResampler } from '../preprocess/resampler.js';
import type { WavReader } from '../wav/wav-reader.js';
import type { DecodeAudioOptions, DecodedAudio } from './decode-audio.js';
import { mixChannels } from './mixing-matrix.js';

/** Decodes a WAV file piece by piece; it is opened again when the first piece is asked for. */
export function decodeWav(
  { header, name, reopen }: WavReader,
  matrix: readonly (readonly number[])[],
  chunkSamples: number,
  options: DecodeAudioOptions,
): DecodedAudio {
  const { start = 0, sampleRate = header.sampleRate, samples = Number.POSITIVE_INFINITY, signal } = options;
  const channels = matrix.length;
  let resampler: ReturnType<typeof createResampler>;
  try {
    resampler = createResampler(sampleRate, header.sampleRate);
  } catch (error) {
    throw new MediaFileError(`${name}: cannot go from ${header.sampleRate} to ${sampleRate} samples a second`, {
      cause: error,
    });
  }
  const first = Math.min(Math.round(start * header.sampleRate), header.samples);
  const length = Math.min(samples, resampler.outputLength(header.samples - first));

  const readMixed = async (reader: WavReader, from: number, count: number) => {
    const data = await reader.read(from, count);
    return header.channels === channels ? data : mixChannels(data, matrix);
  };

  /** Outputs of one piece, from the inputs that reach into it. */
  async function piece(reader: WavReader, at: number, count: number): Promise<Float32Array> {
    if (resampler.up === resampler.down) return readMixed(reader, first + at, count);
    const [from, to] = resampler.inputRange(at, count);
    const inputStart = Math.max(0, from);
    const inputs = await readMixed(reader, first + inputStart, to - inputStart);
    const outputs = new Float32Array(count * channels);
    for (let channel = 0; channel < channels; channel++) {
      const one = Float32Array.from({ length: inputs.length / channels }, (_, i) => inputs[i * channels + channel]!);
      const resampled = resampler.resample(one, inputStart, at, count);
      for (let i = 0; i < count; i++) outputs[i * channels + channel] = resampled[i]!;
    }
    return outputs;
  }

  async function* chunks() {
    const reader = await reopen();
    try {
      for (let at = 0; at < length; at += chunkSamples) {
        signal?.throwIfAborted();
        yield await piece(reader, at, Math.min(chunkSamples, length - at));
      }
    } finally {
      await reader.close();
    }
  }
  return { sampleRate, channels, chunks: chunks() };
}
