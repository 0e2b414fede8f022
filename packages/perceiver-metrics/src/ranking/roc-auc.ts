import { averageRanks } from '../correlation/average-ranks.js';
import { checkRanking } from './check-ranking.js';

/**
 * Area under the receiver operating characteristic: how often a positive scores above a negative, ties counted half. NaN without
 * positives or without negatives.
 *
 * @param scores `[n]`
 * @param labels 0 or 1, `[n]`
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkRanking('rocAuc', scores, labels);
  const ranks = averageRanks(scores);
  let [positives, rankSum] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 1) continue;
    positives++;
    rankSum += ranks[i]!;
  }
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  return (rankSum - (positives * (positives + 1)) / 2) / positives / negatives;
}
