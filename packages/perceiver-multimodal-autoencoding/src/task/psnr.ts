/**
 * Peak signal-to-noise ratio in decibels: `10 log10(range^2 / mean squared error)`, infinite for equal signals.
 *
 * @param range of values: 1 for pixels in [0, 1], 2 for sound in [-1, 1]
 */
export function peakSignalToNoise(signal: ArrayLike<number>, target: ArrayLike<number>, range: number): number {
  if (signal.length !== target.length || signal.length === 0) {
    throw new RangeError(`PSNR: expected two signals of one length, got ${signal.length} and ${target.length} numbers`);
  }
  let squares = 0;
  for (let i = 0; i < signal.length; i++) squares += (signal[i]! - target[i]!) ** 2;
  return 10 * Math.log10(range ** 2 / (squares / signal.length));
}
