/**
 * Rows with a one for each class.
 *
 * @param labels `[B]`
 * @returns `[B, numClasses]`
 * @throws RangeError for a class that there is not
 */
export function oneHot(labels: ArrayLike<number>, numClasses: number): Float32Array {
  const targets = new Float32Array(labels.length * numClasses);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (!(label >= 0 && label < numClasses)) {
      throw new RangeError(`one-hot targets: expected classes from 0 to ${numClasses - 1}, got ${label}`);
    }
    targets[row * numClasses + label] = 1;
  }
  return targets;
}
