import { meanSquaredError } from './mean-error.js';

/**
 * Peak signal-to-noise ratio in decibels: `10 log10(range^2 / mean squared error)`, infinite for equal signals.
 *
 * @param range of values: 1 for pixels in [0, 1], 2 for sound in [-1, 1]
 */
export function peakSignalToNoise(signal: ArrayLike<number>, target: ArrayLike<number>, range: number): number {
  return peakSignalToError(meanSquaredError(signal, target), range);
}

/** {@link peakSignalToNoise} where the mean squared error is known, as that of parts is. */
export function peakSignalToError(squaredError: number, range: number): number {
  return 10 * Math.log10(range ** 2 / squaredError);
}
