import type { AudioClip } from 'perceiver-ffmpeg';
import type { Patches } from './patches.js';

/**
 * Cuts sound into patches of samples that follow each other (Perceiver IO, section 4.3: 16 samples each).
 *
 * @returns rows `[samples / patchSize, patchSize * channels]`, the channels of one moment side by side
 * @throws RangeError where the samples do not fill the last patch
 */
export function audioPatches({ channels, data }: AudioClip, patchSize = 16): Patches {
  const numChannels = patchSize * channels;
  const rows = data.length / numChannels;
  if (!(Number.isSafeInteger(patchSize) && patchSize >= 1 && Number.isInteger(rows))) {
    throw new RangeError(
      `audioPatches: expected a multiple of ${patchSize} samples, got ${data.length / channels} of ${channels} channels`,
    );
  }
  return { grid: [rows], numChannels, values: Float32Array.from(data) };
}
