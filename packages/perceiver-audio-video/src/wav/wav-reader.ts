import { type AudioClip, checkMediaFile, MediaFileError } from 'perceiver-ffmpeg';
import { type ByteSource, fileSource, memorySource } from './byte-source.js';
import { readWavHeader, type WavHeader } from './wav-header.js';

/** An open WAV file. */
export interface WavReader {
  /** What it is called in messages. */
  readonly name: string;
  readonly header: WavHeader;
  /** `[samples, channels]` from a place on; fewer where the file ends. */
  read(start: number, samples: number): Promise<Float32Array>;
  close(): Promise<void>;
  /** Opens the same once more. */
  reopen(): Promise<WavReader>;
}

/** Whole numbers are divided by 2^(bits - 1), as ffmpeg and librosa do: -1 is reached, 1 is not. */
function toFloats(bytes: Buffer, { encoding, sampleBytes }: WavHeader): Float32Array {
  const count = Math.floor(bytes.length / sampleBytes);
  const out = new Float32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (encoding === 'float') {
    for (let i = 0; i < count; i++)
      out[i] = sampleBytes === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true);
  } else if (sampleBytes === 1) {
    for (let i = 0; i < count; i++) out[i] = (view.getUint8(i) - 128) / 128;
  } else if (sampleBytes === 2) {
    for (let i = 0; i < count; i++) out[i] = view.getInt16(2 * i, true) / 2 ** 15;
  } else if (sampleBytes === 3) {
    for (let i = 0; i < count; i++) out[i] = bytes.readIntLE(3 * i, 3) / 2 ** 23;
  } else {
    for (let i = 0; i < count; i++) out[i] = view.getInt32(4 * i, true) / 2 ** 31;
  }
  return out;
}

/**
 * Opens a WAV file: 8, 16, 24 and 32-bit PCM and 32 and 64-bit floats, plain or extensible. Only what is read is held in memory.
 *
 * @throws MediaFileError; UnsupportedWavError for what is no such file
 */
export async function openWav(input: string | Uint8Array): Promise<WavReader> {
  const isPath = typeof input === 'string';
  const name = isPath ? input : `WAV of ${input.byteLength} bytes`;
  if (isPath) await checkMediaFile(input);
  const source: ByteSource = isPath ? await fileSource(input) : memorySource(input);
  try {
    const header = await readWavHeader(source, name);
    const block = header.sampleBytes * header.channels;
    return {
      name,
      header,
      read: async (start, samples) => {
        const first = Math.min(Math.max(0, start), header.samples);
        const count = Math.min(Math.max(0, samples), header.samples - first);
        if (count * block >= 2 ** 31) {
          throw new MediaFileError(`${name}: expected less than 2 GiB at a time, got ${count * block} bytes`);
        }
        const bytes = await source.read(header.dataOffset + first * block, count * block);
        if (bytes.length < count * block) {
          throw new MediaFileError(
            `${name}: expected ${count * block} more bytes, got ${bytes.length}; did it change?`,
          );
        }
        return toFloats(bytes, header);
      },
      close: () => source.close(),
      reopen: () => openWav(input),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

export interface ReadWavOptions {
  /** First sample; 0 by default. */
  readonly start?: number;
  /** Most samples of each channel; all by default. */
  readonly samples?: number;
}

/** Reads a WAV file, or a part of it. Throws MediaFileError. */
export async function readWav(input: string | Uint8Array, options: ReadWavOptions = {}): Promise<AudioClip> {
  const { start = 0, samples = Number.POSITIVE_INFINITY } = options;
  const reader = await openWav(input);
  try {
    const { sampleRate, channels } = reader.header;
    return { sampleRate, channels, data: await reader.read(start, samples) };
  } finally {
    await reader.close();
  }
}
