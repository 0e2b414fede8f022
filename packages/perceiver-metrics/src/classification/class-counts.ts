import { checkLengths, MetricError } from '../metric-error.js';

/** How often each class is labelled, predicted, and both. */
export interface ClassCounts {
  readonly numClasses: number;
  /** Examples of each class, `[numClasses]`. */
  readonly labelled: Float64Array;
  /** Predictions of each class, `[numClasses]`. */
  readonly predicted: Float64Array;
  /** Right predictions of each class, `[numClasses]`. */
  readonly correct: Float64Array;
}

/** More would be a mistake, such as scores for classes. */
const MOST_CLASSES = 1_000_000;

/**
 * Counts by class.
 *
 * @param predictions classes, `[n]`
 * @param labels classes, `[n]`
 * @param numClasses the largest class that occurs, and one, by default
 * @throws MetricError for classes that are no whole numbers from 0 to `numClasses - 1`
 */
export function classCounts(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  numClasses: number = 1 + Math.max(largest(predictions), largest(labels)),
): ClassCounts {
  checkLengths('class counts', predictions, labels);
  if (!(Number.isInteger(numClasses) && numClasses >= 1 && numClasses <= MOST_CLASSES)) {
    throw new MetricError(`class counts: expected 1 to ${MOST_CLASSES} whole numbers as classes, got ${numClasses}`);
  }
  const [labelled, predicted, correct] = [
    new Float64Array(numClasses),
    new Float64Array(numClasses),
    new Float64Array(numClasses),
  ];
  for (let i = 0; i < labels.length; i++) {
    const label = checked('labels', labels[i]!, numClasses);
    const prediction = checked('predictions', predictions[i]!, numClasses);
    labelled[label]!++;
    predicted[prediction]!++;
    if (label === prediction) correct[label]!++;
  }
  return { numClasses, labelled, predicted, correct };
}

function checked(kind: string, value: number, numClasses: number): number {
  if (Number.isInteger(value) && value >= 0 && value < numClasses) return value;
  throw new MetricError(`class counts: expected ${kind} from 0 to ${numClasses - 1}, got ${value}`);
}

function largest(values: ArrayLike<number>): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) result = Math.max(result, values[i]!);
  return result;
}
