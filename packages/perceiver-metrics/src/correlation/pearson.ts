import { checkLengths } from '../metric-error.js';

/**
 * Pearson's correlation coefficient, -1 to 1; NaN where one side is constant or has a NaN. The means are taken off first, so a large
 * offset does no harm.
 *
 * @param x `[n]`
 * @param y `[n]`
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkLengths('pearson', x, y);
  // The mean of equal numbers may differ from them by rounding.
  if (isConstant(x) || isConstant(y)) return Number.NaN;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [both, ofX, ofY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    both += dx * dy;
    ofX += dx * dx;
    ofY += dy * dy;
  }
  const correlation = both / (Math.sqrt(ofX) * Math.sqrt(ofY));
  return Math.min(1, Math.max(-1, correlation));
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
