/**
 * Targets of classes with label smoothing (Szegedy et al., 2016): `smoothing` of each row's weight is spread evenly over all classes.
 *
 * @param labels `[B]`
 * @returns `[B, numClasses]`, rows that sum to 1
 */
export function softTargets(labels: ArrayLike<number>, numClasses: number, smoothing = 0): Float32Array {
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new RangeError(`label smoothing: expected a share from 0 to below 1, got ${smoothing}`);
  }
  const targets = new Float32Array(labels.length * numClasses).fill(smoothing / numClasses);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (!(label >= 0 && label < numClasses)) {
      throw new RangeError(`soft targets: expected classes from 0 to ${numClasses - 1}, got ${label}`);
    }
    targets[row * numClasses + label]! += 1 - smoothing;
  }
  return targets;
}
