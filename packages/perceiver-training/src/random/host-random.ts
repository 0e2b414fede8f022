import { counterBits, keyWords } from 'tfjs-backend-onnxruntime/counter-bits';

/** Counter-based random numbers on the host: the same seed and path give the same numbers, in any order of other draws. */
export interface HostRandom {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  uniform(): number;
  /** Uniform integer in [0, limit). */
  integer(limit: number): number;
  /** Normal with mean 0 and variance 1. */
  normal(): number;
}

/** A generator under `seed` and any number of counters, such as step and stream. */
export function hostRandom(seed: number, ...path: number[]): HostRandom {
  const key = keyWords(seed, ...path);
  let draw = 0;
  const word = () => counterBits(key, draw++) >>> 0;
  const uniform = () => word() * 2 ** -32;
  return {
    uniform,
    integer: (limit) => {
      if (!(Number.isSafeInteger(limit) && limit > 0 && limit <= 2 ** 53))
        throw new RangeError(`integer: expected a limit of 1 or more, got ${limit}`);
      // 53 bits, so that the bias is below 2^-21 even for limits near 2^32.
      return Math.floor(((word() >>> 5) * 2 ** 26 + (word() >>> 6)) * 2 ** -53 * limit);
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}
