import { writeFile } from 'node:fs/promises';
import { type AudioClip, MediaFileError, writeBeside } from 'perceiver-ffmpeg';

export interface WriteWavOptions {
  /** `pcm16` by default. PCM rounds to the nearest value and clips at full scale; floats are kept as they are. */
  readonly encoding?: 'pcm8' | 'pcm16' | 'pcm24' | 'pcm32' | 'float32';
}

const SAMPLE_BYTES = { pcm8: 1, pcm16: 2, pcm24: 3, pcm32: 4, float32: 4 };

/** The bytes of a WAV file. Throws MediaFileError for a clip that has no place in one. */
export function encodeWav({ sampleRate, channels, data }: AudioClip, options: WriteWavOptions = {}): Uint8Array {
  const { encoding = 'pcm16' } = options;
  const sampleBytes = SAMPLE_BYTES[encoding];
  if (!(Number.isInteger(channels) && channels >= 1 && channels < 2 ** 14 && data.length % channels === 0)) {
    throw new MediaFileError(`encodeWav: expected samples of ${channels} channels, got ${data.length} numbers`);
  }
  if (!(Number.isInteger(sampleRate) && sampleRate >= 1 && sampleRate < 2 ** 24)) {
    throw new MediaFileError(`encodeWav: expected a whole sample rate of 1 to ${2 ** 24 - 1}, got ${sampleRate}`);
  }
  const size = data.length * sampleBytes;
  if (size > 2 ** 31 - 1 - 64)
    throw new MediaFileError(`encodeWav: expected less than 2 GiB of samples, got ${size} bytes`);
  const bytes = Buffer.alloc(44 + size + (size % 2));
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(encoding === 'float32' ? 3 : 1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE((sampleRate * channels * sampleBytes) % 2 ** 32, 28);
  bytes.writeUInt16LE(channels * sampleBytes, 32);
  bytes.writeUInt16LE(8 * sampleBytes, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(size, 40);
  const scale = 2 ** (8 * sampleBytes - 1);
  for (let i = 0; i < data.length; i++) {
    const at = 44 + i * sampleBytes;
    if (encoding === 'float32') {
      bytes.writeFloatLE(data[i]!, at);
      continue;
    }
    // NaN, which PCM has no value for, is silence.
    const value = Math.min(scale - 1, Math.max(-scale, Math.round(data[i]! * scale))) || 0;
    if (encoding === 'pcm8') bytes.writeUInt8(value + 128, at);
    else bytes.writeIntLE(value, at, sampleBytes);
  }
  return bytes;
}

/** Writes a WAV file, beside its place, renamed when it is whole. Throws MediaFileError. */
export async function writeWav(path: string, clip: AudioClip, options: WriteWavOptions = {}): Promise<void> {
  const bytes = encodeWav(clip, options);
  await writeBeside(path, (partial) => writeFile(partial, bytes));
}
