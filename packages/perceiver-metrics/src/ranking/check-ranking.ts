import { checkLengths, MetricError } from '../metric-error.js';

/** Throws unless scores are numbers and labels are 0 or 1. */
export function checkRanking(metric: string, scores: ArrayLike<number>, labels: ArrayLike<number>): void {
  checkLengths(metric, scores, labels);
  for (let i = 0; i < labels.length; i++) {
    if (Number.isNaN(scores[i])) throw new MetricError(`${metric}: expected numbers as scores, got NaN at ${i}`);
    if (labels[i] !== 0 && labels[i] !== 1) {
      throw new MetricError(`${metric}: expected labels 0 or 1, got ${labels[i]} at ${i}`);
    }
  }
}
