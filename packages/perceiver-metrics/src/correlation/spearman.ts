import { checkLengths } from '../metric-error.js';
import { averageRanks } from './average-ranks.js';
import { pearson } from './pearson.js';

/**
 * Spearman's rank correlation, -1 to 1: Pearson's of the ranks, where equal values share the mean of theirs; NaN where one side is
 * constant or has a NaN.
 *
 * @param x `[n]`
 * @param y `[n]`
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkLengths('spearman', x, y);
  return pearson(averageRanks(x), averageRanks(y));
}
