import { type MelFilterOptions, melFilters } from './mel-filters.js';
import { magnitude, type StftOptions, stft } from './stft.js';

export interface MelSpectrogramOptions extends StftOptions, Omit<MelFilterOptions, 'fftLength'> {
  /** Power of the magnitudes that is summed; 2 by default. */
  readonly power?: number;
}

/** Energy by band and time. */
export interface MelSpectrogram {
  readonly numMels: number;
  readonly frames: number;
  /** `[numMels, frames]` */
  readonly values: Float64Array;
}

/**
 * Mel spectrogram of a channel: filters times the magnitudes' power, as librosa computes it.
 *
 * @throws RangeError
 */
export function melSpectrogram(signal: ArrayLike<number>, options: MelSpectrogramOptions): MelSpectrogram {
  const { fftLength = 512, numMels = 128, power = 2 } = options;
  const spectra = stft(signal, options);
  const { bins, frames } = spectra;
  const energies = magnitude(spectra).map((value) => value ** power);
  const filters = melFilters({ ...options, fftLength, numMels });
  const values = new Float64Array(numMels * frames);
  for (let mel = 0; mel < numMels; mel++) {
    for (let bin = 0; bin < bins; bin++) {
      const weight = filters[mel * bins + bin]!;
      // Filters are narrow: nearly all weights are 0.
      if (weight === 0) continue;
      for (let frame = 0; frame < frames; frame++) {
        values[mel * frames + frame]! += weight * energies[bin * frames + frame]!;
      }
    }
  }
  return { numMels, frames, values };
}

/** Natural logarithm of a mel spectrogram, plus an offset so that silence stays finite. */
export function logMel(values: Float64Array, offset = 0.01): Float64Array {
  return values.map((value) => Math.log(value + offset));
}

export interface PowerToDbOptions {
  /** What counts as 0 dB; 1 by default. */
  readonly reference?: number;
  /** Least power; 1e-10 by default. */
  readonly minPower?: number;
  /** Most dB below the largest value of all; 80 by default, `undefined` for no limit. */
  readonly topDb?: number | undefined;
}

/** Decibels of powers: 10 log10(power / reference), within limits. */
export function powerToDb(values: Float64Array, options: PowerToDbOptions = {}): Float64Array {
  const { reference = 1, minPower = 1e-10 } = options;
  const topDb = 'topDb' in options ? options.topDb : 80;
  const zero = 10 * Math.log10(Math.max(minPower, reference));
  const decibels = values.map((value) => 10 * Math.log10(Math.max(minPower, value)) - zero);
  if (topDb === undefined) return decibels;
  const floor = decibels.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) - topDb;
  return decibels.map((value) => Math.max(value, floor));
}
