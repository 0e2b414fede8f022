/**
 * Inverse of the standard normal distribution function, to about 14 digits: infinite at 0 and 1, NaN outside.
 *
 * @param probability 0 to 1
 */
export function inverseNormal(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) return Number.NaN;
  if (probability === 0.5) return 0;
  if (probability > 0.5) return tailQuantile(1 - probability);
  return -tailQuantile(probability);
}

/** The `z` above 0 that leaves `tail`, below 1/2, above it. */
function tailQuantile(tail: number): number {
  if (tail === 0) return Number.POSITIVE_INFINITY;
  // Newton's method on the logarithm, which is concave: from beyond the quantile it comes down to it and never passes it.
  let z = Math.sqrt(-2 * Math.log(tail));
  for (let step = 0; step < 100; step++) {
    const ratio = millsRatio(z);
    const next = z + (Math.log(ratio) + logDensity(z) - Math.log(tail)) * ratio;
    if (!(next < z)) break;
    z = next;
  }
  return z;
}

const logDensity = (z: number): number => -(z * z) / 2 - Math.log(2 * Math.PI) / 2;

/** The tail above `z >= 0` over the density at `z`. */
function millsRatio(z: number): number {
  if (z > 2.5) {
    // Laplace's continued fraction 1 / (z + 1 / (z + 2 / (z + 3 / ...))), from the inside.
    let fraction = z;
    for (let k = 160; k >= 1; k--) fraction = z + k / fraction;
    return 1 / fraction;
  }
  // (Phi(z) - 1/2) / density = z + z^3 / 3 + z^5 / (3 * 5) + ...
  let [term, sum] = [z, z];
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 / Math.exp(logDensity(z)) - sum;
}
