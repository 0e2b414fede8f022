import { checkLengths } from '../metric-error.js';

/** Mean of the squared differences. */
export function meanSquaredError(values: ArrayLike<number>, targets: ArrayLike<number>): number {
  checkLengths('mean squared error', values, targets);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - targets[i]!) ** 2;
  return sum / values.length;
}

/** Mean of the absolute differences. */
export function meanAbsoluteError(values: ArrayLike<number>, targets: ArrayLike<number>): number {
  checkLengths('mean absolute error', values, targets);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]! - targets[i]!);
  return sum / values.length;
}
