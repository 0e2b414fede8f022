import { inverseNormal } from './inverse-normal.js';

/**
 * d': how many standard deviations apart two normal distributions of equal variance would be that have this area under the curve,
 * `sqrt(2)` times the inverse normal distribution function of it.
 *
 * @param auc from `rocAuc`; 0 gives minus infinity, 1 infinity, NaN gives NaN
 */
export function dPrime(auc: number): number {
  return Math.SQRT2 * inverseNormal(auc);
}
