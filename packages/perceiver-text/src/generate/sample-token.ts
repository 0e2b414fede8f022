export interface SampleTokenOptions {
  /** Divides the logits; 0 takes the most likely id. 1 by default. */
  readonly temperature?: number;
  /** Samples among this many most likely ids only; all by default. */
  readonly topK?: number;
  /** First id that may be drawn; 0 by default. */
  readonly firstId?: number;
}

/** Throws a RangeError for options that make no distribution. */
export function checkSampling({ temperature = 1, topK }: SampleTokenOptions): void {
  if (!(temperature >= 0 && Number.isFinite(temperature))) {
    throw new RangeError(`sampling: expected a temperature of 0 or more, got ${temperature}`);
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) {
    throw new RangeError(`sampling: expected topK of 1 or more, got ${topK}`);
  }
}

/**
 * Draws an id from the softmax of `logits / temperature`.
 *
 * @param logits `[ids]`
 * @param uniform a number in [0, 1) that makes the choice
 */
export function sampleToken(logits: ArrayLike<number>, uniform: number, options: SampleTokenOptions = {}): number {
  const { temperature = 1, topK, firstId = 0 } = options;
  let best = firstId;
  for (let id = firstId; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  if (temperature === 0 || topK === 1) return best;
  const ids = Array.from({ length: logits.length - firstId }, (_, i) => firstId + i);
  if (topK !== undefined && topK < ids.length) {
    // Ties go to the lower id, so that a draw depends on the logits only.
    ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
    ids.length = topK;
  }
  const weights = ids.map((id) => Math.exp((logits[id]! - logits[best]!) / temperature));
  let left = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [i, id] of ids.entries()) {
    left -= weights[i]!;
    if (left < 0) return id;
  }
  return best;
}
