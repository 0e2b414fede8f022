import { classCounts } from './class-counts.js';

/**
 * Matthews' correlation coefficient of predictions and labels, -1 to 1, for two classes or more (R_K of Gorodkin, 2004); 0 where one
 * side is constant.
 *
 * @param predictions classes, `[n]`
 * @param labels classes, `[n]`
 */
export function matthewsCorrelation(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { numClasses, correct, predicted, labelled } = classCounts(predictions, labels);
  let [right, both, ofPredictions, ofLabels] = [0, 0, 0, 0];
  for (let i = 0; i < numClasses; i++) {
    right += correct[i]!;
    both += predicted[i]! * labelled[i]!;
    ofPredictions += predicted[i]! ** 2;
    ofLabels += labelled[i]! ** 2;
  }
  const total = labels.length;
  const variances = (total ** 2 - ofPredictions) * (total ** 2 - ofLabels);
  return variances === 0 ? 0 : (right * total - both) / Math.sqrt(variances);
}
