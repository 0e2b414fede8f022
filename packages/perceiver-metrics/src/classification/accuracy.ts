import { checkLengths } from '../metric-error.js';

/**
 * Share of predictions that equal the label.
 *
 * @param predictions classes, `[n]`
 * @param labels classes, `[n]`
 */
export function accuracy(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  checkLengths('accuracy', predictions, labels);
  let correct = 0;
  for (let i = 0; i < labels.length; i++) if (predictions[i] === labels[i]) correct++;
  return correct / labels.length;
}
