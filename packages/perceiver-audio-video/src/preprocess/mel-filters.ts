export interface MelFilterOptions {
  readonly sampleRate: number;
  /** Length of the transforms that are filtered. */
  readonly fftLength: number;
  /** 128 by default. */
  readonly numMels?: number;
  /** Hz; 0 by default. */
  readonly minFrequency?: number;
  /** Hz; half of the sample rate by default. */
  readonly maxFrequency?: number;
  /** `slaney` (default): linear below 1000 Hz, logarithmic above. `htk`: 2595 log10(1 + f / 700). */
  readonly scale?: 'slaney' | 'htk';
  /** `slaney` (default) gives triangles the area of 1 Hz; `none` a height of 1. */
  readonly norm?: 'slaney' | 'none';
}

const LINEAR_HZ = 200 / 3;
const BREAK_HZ = 1000;
const BREAK_MEL = BREAK_HZ / LINEAR_HZ;
const LOG_STEP = Math.log(6.4) / 27;

const scales = {
  slaney: {
    toMel: (hz: number) => (hz < BREAK_HZ ? hz / LINEAR_HZ : BREAK_MEL + Math.log(hz / BREAK_HZ) / LOG_STEP),
    toHz: (mel: number) => (mel < BREAK_MEL ? mel * LINEAR_HZ : BREAK_HZ * Math.exp(LOG_STEP * (mel - BREAK_MEL))),
  },
  htk: {
    toMel: (hz: number) => 2595 * Math.log10(1 + hz / 700),
    toHz: (mel: number) => 700 * (10 ** (mel / 2595) - 1),
  },
};

/**
 * Triangular filters from spectra to mel bands, as librosa makes them: their corners are spaced evenly in mels, their sides straight in Hz.
 *
 * @returns `[numMels, 1 + fftLength / 2]`
 * @throws RangeError
 */
export function melFilters(options: MelFilterOptions): Float64Array {
  const { sampleRate, fftLength, numMels = 128, minFrequency = 0, maxFrequency = sampleRate / 2 } = options;
  const { scale = 'slaney', norm = 'slaney' } = options;
  if (!(minFrequency >= 0 && maxFrequency > minFrequency)) {
    throw new RangeError(`melFilters: expected 0 <= minFrequency < maxFrequency, got ${minFrequency}, ${maxFrequency}`);
  }
  if (!(Number.isSafeInteger(numMels) && numMels >= 1)) {
    throw new RangeError(`melFilters: expected numMels from 1, got ${numMels}`);
  }
  const { toMel, toHz } = scales[scale];
  const [first, last] = [toMel(minFrequency), toMel(maxFrequency)];
  const corners = Float64Array.from({ length: numMels + 2 }, (_, i) =>
    toHz(first + ((last - first) * i) / (numMels + 1)),
  );
  const bins = 1 + Math.floor(fftLength / 2);
  const filters = new Float64Array(numMels * bins);
  for (let mel = 0; mel < numMels; mel++) {
    const [low, peak, high] = [corners[mel]!, corners[mel + 1]!, corners[mel + 2]!];
    const height = norm === 'slaney' ? 2 / (high - low) : 1;
    for (let bin = 0; bin < bins; bin++) {
      const hz = (bin * sampleRate) / fftLength;
      const weight = Math.min((hz - low) / (peak - low), (high - hz) / (high - peak));
      if (weight > 0) filters[mel * bins + bin] = weight * height;
    }
  }
  return filters;
}
