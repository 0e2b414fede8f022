import { classCounts } from './class-counts.js';

/** How well one class is found. Each is 0 where its denominator is 0. */
export interface ClassScores {
  /** Share of the predictions of the class that are right. */
  readonly precision: number;
  /** Share of the class' examples that are predicted. */
  readonly recall: number;
  /** Harmonic mean of both: `2 tp / (2 tp + fp + fn)`. */
  readonly f1: number;
}

/** F1 of all classes. */
export interface F1Scores {
  /** Classes that occur in labels or predictions, in order. */
  readonly classes: readonly number[];
  /** Of each of `classes`. */
  readonly perClass: readonly number[];
  /** Mean over `classes`. */
  readonly macro: number;
  /** Of all decisions together; the accuracy, where every example has one class. */
  readonly micro: number;
  /** Mean over `classes`, weighted by their examples. */
  readonly weighted: number;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * Precision, recall and F1 of one class against all others.
 *
 * @param predictions classes, `[n]`
 * @param labels classes, `[n]`
 * @param positive the class; 1 by default
 */
export function classScores(predictions: ArrayLike<number>, labels: ArrayLike<number>, positive = 1): ClassScores {
  const { correct, predicted, labelled } = classCounts(predictions, labels);
  const [right, found, all] = [correct[positive] ?? 0, predicted[positive] ?? 0, labelled[positive] ?? 0];
  return { precision: ratio(right, found), recall: ratio(right, all), f1: ratio(2 * right, found + all) };
}

/**
 * F1 of every class and its averages.
 *
 * @param predictions classes, `[n]`
 * @param labels classes, `[n]`
 */
export function f1Scores(predictions: ArrayLike<number>, labels: ArrayLike<number>): F1Scores {
  const { numClasses, correct, predicted, labelled } = classCounts(predictions, labels);
  const classes = Array.from({ length: numClasses }, (_, i) => i).filter((i) => predicted[i]! + labelled[i]! > 0);
  const perClass = classes.map((i) => ratio(2 * correct[i]!, predicted[i]! + labelled[i]!));
  return {
    classes,
    perClass,
    macro: perClass.reduce((sum, f1) => sum + f1, 0) / classes.length,
    micro: correct.reduce((sum, count) => sum + count, 0) / labels.length,
    weighted: perClass.reduce((sum, f1, i) => sum + f1 * labelled[classes[i]!]!, 0) / labels.length,
  };
}
