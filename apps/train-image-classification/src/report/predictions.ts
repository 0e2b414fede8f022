/** A picture that the model got wrong. */
export interface Mistake {
  /** Of the picture in the data set. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Probability of the predicted class, and of the right one. */
  readonly confidence: number;
  readonly rightShare: number;
}

/** What a model said about all held-out pictures. */
export interface Predictions {
  /** Pictures of class `row` that were taken for class `column`: `[numLabels][numLabels]`. */
  readonly confusion: readonly Uint32Array[];
  /** Mistakes, those with the least probability of the right class first. */
  worst(count: number): readonly Mistake[];
  /** The first picture of each class that was right, in the classes' order. */
  readonly right: readonly number[];
}

/** Mistakes kept; no page shows more. */
const MOST_MISTAKES = 200;

/** Collects predictions picture by picture. */
export function collectPredictions(numLabels: number): Predictions & {
  add(index: number, label: number, logits: Float32Array): void;
} {
  const confusion = Array.from({ length: numLabels }, () => new Uint32Array(numLabels));
  let mistakes: Mistake[] = [];
  const firstRight = new Map<number, number>();
  const sorted = () => mistakes.sort((a, b) => a.rightShare - b.rightShare || a.index - b.index);
  return {
    confusion,
    get right() {
      return [...firstRight].sort(([a], [b]) => a - b).map(([, index]) => index);
    },
    worst: (count) => sorted().slice(0, count),
    add(index, label, logits) {
      let predicted = 0;
      for (let i = 1; i < numLabels; i++) if (logits[i]! > logits[predicted]!) predicted = i;
      confusion[label]![predicted]!++;
      if (predicted === label) {
        if (!firstRight.has(label)) firstRight.set(label, index);
        return;
      }
      const top = logits[predicted]!;
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
      const rightShare = Math.exp(logits[label]! - top) / total;
      mistakes.push({ index, label, predicted, confidence: 1 / total, rightShare });
      if (mistakes.length > 2 * MOST_MISTAKES) mistakes = sorted().slice(0, MOST_MISTAKES);
    },
  };
}
