import type { HostRandom } from 'perceiver-training/random';

/** The logarithm of a gamma variate of shape `alpha` (Marsaglia and Tsang, 2000), which does not underflow where alpha is small. */
function logGamma(alpha: number, random: HostRandom): number {
  // Of shape alpha + 1, times a uniform number to the power 1 / alpha.
  const d = alpha + 1 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const boost = Math.log(1 - random.uniform()) / alpha;
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
      return Math.log(d * v) + boost;
    }
  }
}

/** A random share with the distribution Beta(alpha, alpha). */
export function symmetricBeta(alpha: number, random: HostRandom): number {
  return 1 / (1 + Math.exp(logGamma(alpha, random) - logGamma(alpha, random)));
}
