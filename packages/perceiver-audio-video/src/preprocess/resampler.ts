import { greatestCommonDivisor } from './greatest-common-divisor.js';

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

const KAISER_BETA = 5;

/** Taps of a low-pass filter: a sinc with cut-off 1/rate (of half the sample rate) under a Kaiser window, sum 1. */
function lowPass(rate: number): Float64Array {
  const half = 10 * rate;
  const taps = new Float64Array(2 * half + 1);
  for (let i = 0; i < taps.length; i++) {
    const x = i - half;
    const sinc = x === 0 ? 1 : Math.sin((Math.PI * x) / rate) / ((Math.PI * x) / rate);
    taps[i] = sinc * besselI0(KAISER_BETA * Math.sqrt(1 - (x / half) ** 2));
  }
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Resamples by a ratio of whole numbers, in pieces. */
export interface Resampler {
  /** The ratio in lowest terms. */
  readonly up: number;
  readonly down: number;
  /** Samples that `samples` become. */
  outputLength(samples: number): number;
  /** Which inputs, `[first, last)`, outputs from `start` on need; it may reach over both ends, where the signal is 0. */
  inputRange(start: number, count: number): readonly [number, number];
  /** Outputs from `start` on, of inputs whose first one is number `inputStart`. What is not there counts as 0. */
  resample(inputs: ArrayLike<number>, inputStart: number, start: number, count: number): Float64Array;
}

/**
 * Polyphase resampling as `scipy.signal.resample_poly` does it by default: a filter of 20 max(up, down) + 1 taps without delay, zeros
 * outside of the signal.
 */
export function createResampler(upTo: number, downTo: number): Resampler {
  for (const [name, value] of Object.entries({ up: upTo, down: downTo })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`createResampler: expected ${name} as a whole number from 1, got ${value}`);
    }
  }
  const divisor = greatestCommonDivisor(upTo, downTo);
  const [up, down] = [upTo / divisor, downTo / divisor];
  const rate = Math.max(up, down);
  if (rate > 1_000_000)
    throw new RangeError(`createResampler: expected a ratio of numbers up to 1,000,000, got ${up} / ${down}`);
  const half = rate === 1 ? 0 : 10 * rate;
  const taps = rate === 1 ? Float64Array.of(1) : lowPass(rate).map((tap) => tap * up);
  const inputRange = (start: number, count: number): readonly [number, number] => [
    Math.ceil((start * down - half) / up),
    Math.floor(((start + count - 1) * down + half) / up) + 1,
  ];
  return {
    up,
    down,
    outputLength: (samples) => Math.ceil((samples * up) / down),
    inputRange,
    resample: (inputs, inputStart, start, count) => {
      const outputs = new Float64Array(count);
      for (let i = 0; i < count; i++) {
        // Output i stands at i * down on a grid where input j stands at j * up.
        const place = (start + i) * down;
        const first = Math.max(inputStart, Math.ceil((place - half) / up));
        const last = Math.min(inputStart + inputs.length - 1, Math.floor((place + half) / up));
        let sum = 0;
        for (let j = first; j <= last; j++) sum += inputs[j - inputStart]! * taps[place - j * up + half]!;
        outputs[i] = sum;
      }
      return outputs;
    },
  };
}

/**
 * Resamples one channel from `down` to `up` samples a time, as `scipy.signal.resample_poly`.
 *
 * @returns `[ceil(samples * up / down)]`
 */
export function resamplePoly(signal: ArrayLike<number>, up: number, down: number): Float64Array {
  const resampler = createResampler(up, down);
  return resampler.resample(signal, 0, 0, resampler.outputLength(signal.length));
}
