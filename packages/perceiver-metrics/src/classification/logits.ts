import { MetricError } from '../metric-error.js';

/**
 * How many classes come before one, by logits of one example: 0 is a right answer, below 5 is right among five. Of equal logits the
 * first comes first; what is no number comes before everything, so a model that gives NaN is never right.
 *
 * @param logits `[classes]`
 */
export function labelRank(logits: ArrayLike<number>, label: number): number {
  const own = logits[label];
  if (own === undefined) {
    throw new MetricError(`labelRank: expected a class below ${logits.length}, got ${label}`);
  }
  let rank = 0;
  for (let i = 0; i < logits.length; i++) {
    if (!(logits[i]! < own || (logits[i] === own && i >= label))) rank++;
  }
  return rank;
}

/**
 * Cross entropy of one example in nats: minus the logarithm of the softmax' share of the label.
 *
 * @param logits `[classes]`
 */
export function crossEntropy(logits: ArrayLike<number>, label: number): number {
  if (logits[label] === undefined) {
    throw new MetricError(`crossEntropy: expected a class below ${logits.length}, got ${label}`);
  }
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) top = Math.max(top, logits[i]!);
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += Math.exp(logits[i]! - top);
  return Math.log(total) + top - logits[label]!;
}

/**
 * The class of the largest logit of each example; the first of equal ones.
 *
 * @param logits `[n, numClasses]`, row after row
 * @throws MetricError for numbers that are no rows of `numClasses`, and for NaN
 */
export function argMax(logits: ArrayLike<number>, numClasses: number): Int32Array {
  const classes = new Int32Array(rowsOf('argMax', logits, numClasses));
  for (let row = 0; row < classes.length; row++) {
    let best = 0;
    for (let i = 0; i < numClasses; i++) {
      const logit = logits[row * numClasses + i]!;
      if (Number.isNaN(logit)) throw new MetricError(`argMax: expected numbers, got NaN in row ${row}`);
      if (logit > logits[row * numClasses + best]!) best = i;
    }
    classes[row] = best;
  }
  return classes;
}

/**
 * Share of examples whose label is among the `k` classes of the largest logits.
 *
 * @param logits `[n, numClasses]`, row after row
 * @param labels classes, `[n]`
 */
export function topKAccuracy(logits: ArrayLike<number>, labels: ArrayLike<number>, k: number): number {
  const numClasses = logits.length / labels.length;
  if (rowsOf('topKAccuracy', logits, numClasses) === 0)
    throw new MetricError('topKAccuracy: expected examples, got none');
  let correct = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = Array.from({ length: numClasses }, (_, i) => logits[row * numClasses + i]!);
    if (labelRank(own, labels[row]!) < k) correct++;
  }
  return correct / labels.length;
}

/** Number of rows. */
export function rowsOf(metric: string, values: ArrayLike<number>, columns: number): number {
  const rows = values.length / columns;
  if (Number.isInteger(rows) && Number.isInteger(columns) && columns > 0) return rows;
  throw new MetricError(`${metric}: expected rows of ${columns} numbers, got ${values.length} numbers`);
}
