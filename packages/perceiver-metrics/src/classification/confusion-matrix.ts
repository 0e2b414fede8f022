import { MetricError } from '../metric-error.js';
import { type ClassCounts, classCounts } from './class-counts.js';

/** How often each class was taken for each. */
export interface ConfusionMatrix extends ClassCounts {
  /** `[numClasses, numClasses]`: row is the label, column the prediction. */
  readonly counts: Float64Array;
}

/** A larger matrix would take more than 0.8 GB. */
const MOST_CLASSES = 10_000;

/**
 * Counts predictions by label.
 *
 * @param predictions classes, `[n]`
 * @param labels classes, `[n]`
 * @param numClasses the largest class that occurs, and one, by default
 * @throws MetricError for classes that are no whole numbers from 0 to `numClasses - 1`, and for more than 10,000 of them
 */
export function confusionMatrix(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  numClasses?: number,
): ConfusionMatrix {
  const ofClasses = classCounts(predictions, labels, numClasses);
  const { numClasses: size } = ofClasses;
  if (size > MOST_CLASSES)
    throw new MetricError(`confusionMatrix: expected at most ${MOST_CLASSES} classes, got ${size}`);
  const counts = new Float64Array(size ** 2);
  for (let i = 0; i < labels.length; i++) counts[labels[i]! * size + predictions[i]!]!++;
  return { ...ofClasses, counts };
}
