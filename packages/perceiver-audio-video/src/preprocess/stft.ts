import { createFft } from './fft.js';

export interface StftOptions {
  /** Length of each transform; 512 by default. */
  readonly fftLength?: number;
  /** Samples from frame to frame; a quarter of the window by default. */
  readonly hopLength?: number;
  /** Samples of the Hann window, which stands in the middle of `fftLength`; as long by default. */
  readonly windowLength?: number;
  /** Whether frame i is centred at sample i * hopLength, the signal being continued at both ends; true by default. */
  readonly center?: boolean;
  /** How the signal is continued: with zeros (default) or its mirror image. */
  readonly padMode?: 'constant' | 'reflect';
}

/** Complex spectra of frames. */
export interface Stft {
  /** 1 + fftLength / 2, rounded down: bin k stands for k * sampleRate / fftLength Hz. */
  readonly bins: number;
  readonly frames: number;
  /** `[bins, frames]` */
  readonly real: Float64Array;
  /** `[bins, frames]` */
  readonly imaginary: Float64Array;
}

/** A periodic Hann window in the middle of zeros. */
function paddedWindow(windowLength: number, fftLength: number): Float64Array {
  const window = new Float64Array(fftLength);
  const left = Math.floor((fftLength - windowLength) / 2);
  for (let i = 0; i < windowLength; i++) {
    window[left + i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / windowLength);
  }
  return window;
}

function pad(signal: ArrayLike<number>, length: number, mode: 'constant' | 'reflect'): Float64Array {
  const padded = new Float64Array(signal.length + 2 * length);
  padded.set(signal, length);
  if (mode === 'constant') return padded;
  if (signal.length <= length) {
    throw new RangeError(`stft: expected more than ${length} samples to mirror, got ${signal.length}`);
  }
  const last = signal.length - 1;
  for (let i = 1; i <= length; i++) {
    padded[length - i] = signal[i]!;
    padded[length + last + i] = signal[last - i]!;
  }
  return padded;
}

/** Checks whole numbers of options. */
function checkLengths(lengths: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(lengths)) {
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`stft: expected ${name} as a whole number from 1, got ${value}`);
    }
  }
}

/**
 * Short-time Fourier transform of a channel, unscaled, as librosa computes it.
 *
 * @throws RangeError for lengths that do not go together and signals shorter than a frame
 */
export function stft(signal: ArrayLike<number>, options: StftOptions = {}): Stft {
  const { fftLength = 512, windowLength = fftLength, center = true, padMode = 'constant' } = options;
  const { hopLength = Math.max(1, Math.floor(windowLength / 4)) } = options;
  checkLengths({ fftLength, windowLength, hopLength });
  if (windowLength > fftLength) {
    throw new RangeError(`stft: expected a window of at most ${fftLength} samples, got ${windowLength}`);
  }
  const padded = pad(signal, center ? Math.floor(fftLength / 2) : 0, padMode);
  const frames = 1 + Math.floor((padded.length - fftLength) / hopLength);
  if (frames < 1) throw new RangeError(`stft: expected at least ${fftLength} samples, got ${padded.length}`);
  const window = paddedWindow(windowLength, fftLength);
  const fft = createFft(fftLength);
  const bins = 1 + Math.floor(fftLength / 2);
  const spectra = { real: new Float64Array(bins * frames), imaginary: new Float64Array(bins * frames) };
  const windowed = new Float64Array(fftLength);
  for (let frame = 0; frame < frames; frame++) {
    for (let i = 0; i < fftLength; i++) windowed[i] = padded[frame * hopLength + i]! * window[i]!;
    const { real, imaginary } = fft.transform(windowed);
    for (let bin = 0; bin < bins; bin++) {
      spectra.real[bin * frames + frame] = real[bin]!;
      spectra.imaginary[bin * frames + frame] = imaginary[bin]!;
    }
  }
  return { bins, frames, ...spectra };
}

/** Absolute values of spectra, `[bins, frames]`. */
export function magnitude({ real, imaginary }: Stft): Float64Array {
  return real.map((value, i) => Math.hypot(value, imaginary[i]!));
}
