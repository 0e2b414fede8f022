import { checkRanking } from './check-ranking.js';

/**
 * Average precision: the sum over distinct scores, high to low, of the gain in recall times the precision there. Not interpolated; equal
 * scores are one threshold. 0 without positives.
 *
 * @param scores `[n]`
 * @param labels 0 or 1, `[n]`
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkRanking('averagePrecision', scores, labels);
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => descending(scores[a]!, scores[b]!));
  let [positives, found, sum] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) positives += labels[i]!;
  if (positives === 0) return 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    let own = 0;
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) own += labels[order[end++]!]!;
    found += own;
    sum += (own / positives) * (found / end);
  }
  return sum;
}

/** Infinite scores have no difference. */
function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}
