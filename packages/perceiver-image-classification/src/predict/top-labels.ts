/** A class and how probable it is. */
export interface LabelProbability {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
}

/** The `topK` most probable classes, best first. */
export function topLabels(
  probabilities: ArrayLike<number>,
  labels: readonly string[],
  topK: number,
): readonly LabelProbability[] {
  return Array.from(probabilities, (probability, index) => ({
    index,
    label: labels[index] ?? String(index),
    probability,
  }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, topK);
}
