import { rowsOf } from '../classification/logits.js';
import { checkLengths } from '../metric-error.js';
import { averagePrecision } from './average-precision.js';
import { dPrime } from './d-prime.js';
import { rocAuc } from './roc-auc.js';

/** How well scores rank examples, for classes that may hold together (AudioSet). */
export interface MultilabelMetrics {
  /** `[classes]`; 0 for a class without positives. */
  readonly averagePrecision: Float64Array;
  /** `[classes]`; NaN for a class without positives or without negatives. */
  readonly rocAuc: Float64Array;
  /** Mean average precision as scikit-learn's macro average has it: classes without positives count as 0. */
  readonly mapAllClasses: number;
  /** Mean average precision over classes that have positives; NaN when none has. */
  readonly mapClassesWithPositives: number;
  /** Average precision of all decisions together. */
  readonly mapMicro: number;
  /** Over classes that have both; NaN when none has. */
  readonly meanRocAuc: number;
  /** d' of `meanRocAuc`, as work on AudioSet states it. */
  readonly dPrime: number;
}

/**
 * Average precision and areas under the curve of several classes.
 *
 * @param scores `[n, numClasses]`, row after row
 * @param labels 0 or 1, `[n, numClasses]`
 */
export function multilabelMetrics(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  numClasses: number,
): MultilabelMetrics {
  checkLengths('multilabelMetrics', scores, labels);
  const rows = rowsOf('multilabelMetrics', scores, numClasses);
  const precisions = new Float64Array(numClasses);
  const areas = new Float64Array(numClasses);
  const withPositives: number[] = [];
  for (let i = 0; i < numClasses; i++) {
    const column = (values: ArrayLike<number>) =>
      Float64Array.from({ length: rows }, (_, row) => values[row * numClasses + i]!);
    const [ownScores, ownLabels] = [column(scores), column(labels)];
    precisions[i] = averagePrecision(ownScores, ownLabels);
    areas[i] = rocAuc(ownScores, ownLabels);
    if (ownLabels.includes(1)) withPositives.push(precisions[i]!);
  }
  const meanRocAuc = mean([...areas].filter((area) => !Number.isNaN(area)));
  return {
    averagePrecision: precisions,
    rocAuc: areas,
    mapAllClasses: mean([...precisions]),
    mapClassesWithPositives: mean(withPositives),
    mapMicro: averagePrecision(scores, labels),
    meanRocAuc,
    dPrime: dPrime(meanRocAuc),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
