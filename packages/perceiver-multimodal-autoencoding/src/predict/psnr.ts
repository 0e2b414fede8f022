import { peakSignalToError } from 'perceiver-metrics';

/** Peak signal-to-noise ratios in decibels. */
export interface Psnr {
  /** Of pixels, range 1, limited to it as in the files that are written. */
  readonly video: number;
  /** Of samples, range 2, limited to it; absent where there was no sound to compare with. */
  readonly audio?: number;
}

/** The ratio over windows of one size, from the mean squared errors of each. */
export function psnrOf(errors: readonly { readonly video: number; readonly audio?: number }[]): Psnr {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const audio = errors.flatMap((error) => error.audio ?? []);
  return {
    video: peakSignalToError(mean(errors.map((error) => error.video)), 1),
    ...(audio.length > 0 && { audio: peakSignalToError(mean(audio), 2) }),
  };
}
