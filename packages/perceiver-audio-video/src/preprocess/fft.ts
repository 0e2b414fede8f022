/** A discrete Fourier transform of one length. */
export interface Fft {
  readonly length: number;
  /**
   * Transforms complex numbers: X[k] = sum of x[n] exp(-2 pi i k n / length), unscaled.
   *
   * @returns new arrays of real and imaginary parts
   */
  transform(real: ArrayLike<number>, imaginary?: ArrayLike<number>): { real: Float64Array; imaginary: Float64Array };
}

/** Prime factors, the smallest first. */
function factorize(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  for (let factor = 2; factor * factor <= rest; factor++) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  }
  return rest > 1 ? [...factors, rest] : factors;
}

/**
 * Prepares transforms of any length in float64. Its prime factors are taken apart one by one (Stockham's order, which needs no
 * reversal of bits), so lengths of small factors take n log n steps and a prime one n squared.
 */
export function createFft(length: number): Fft {
  if (!(Number.isSafeInteger(length) && length >= 1)) {
    throw new RangeError(`createFft: expected a length from 1, got ${length}`);
  }
  const factors = factorize(length);
  const cos = new Float64Array(length);
  const sin = new Float64Array(length);
  for (let k = 0; k < length; k++) {
    const angle = (-2 * Math.PI * k) / length;
    [cos[k], sin[k]] = [Math.cos(angle), Math.sin(angle)];
  }

  /** One pass: `done` transforms of length `size` become `done / radix` of length `size * radix`. */
  function pass(from: Float64Array[], to: Float64Array[], radix: number, size: number): void {
    const [re, im] = [from[0]!, from[1]!];
    const [outRe, outIm] = [to[0]!, to[1]!];
    const groups = length / (size * radix);
    for (let group = 0; group < groups; group++) {
      for (let k = 0; k < size; k++) {
        for (let q = 0; q < radix; q++) {
          const turn = (k + q * size) * groups;
          let [sumRe, sumIm] = [0, 0];
          for (let p = 0, angle = 0; p < radix; p++) {
            const at = (group + p * groups) * size + k;
            sumRe += re[at]! * cos[angle]! - im[at]! * sin[angle]!;
            sumIm += re[at]! * sin[angle]! + im[at]! * cos[angle]!;
            angle = (angle + turn) % length;
          }
          const out = group * size * radix + q * size + k;
          outRe[out] = sumRe;
          outIm[out] = sumIm;
        }
      }
    }
  }

  return {
    length,
    transform: (real, imaginary) => {
      for (const part of [real, imaginary]) {
        if (part !== undefined && part.length !== length) {
          throw new RangeError(`fft: expected ${length} numbers, got ${part.length}`);
        }
      }
      let from = [Float64Array.from(real), imaginary ? Float64Array.from(imaginary) : new Float64Array(length)];
      let to = [new Float64Array(length), new Float64Array(length)];
      let size = 1;
      for (const radix of factors) {
        pass(from, to, radix, size);
        [from, to] = [to, from];
        size *= radix;
      }
      return { real: from[0]!, imaginary: from[1]! };
    },
  };
}
