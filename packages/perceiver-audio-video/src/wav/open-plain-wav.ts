import { fileURLToPath } from 'node:url';
import type { MediaSource } from 'perceiver-ffmpeg';
import { UnsupportedWavError } from './wav-header.js';
import { openWav, type WavReader } from './wav-reader.js';

/** Opens what is a WAV file that this package reads without ffmpeg; undefined for anything else. Throws MediaFileError. */
export async function openPlainWav(source: MediaSource): Promise<WavReader | undefined> {
  const isAddress = source instanceof URL && source.protocol !== 'file:';
  if (isAddress) return undefined;
  try {
    return await openWav(source instanceof URL ? fileURLToPath(source) : source);
  } catch (error) {
    if (error instanceof UnsupportedWavError) return undefined;
    throw error;
  }
}
