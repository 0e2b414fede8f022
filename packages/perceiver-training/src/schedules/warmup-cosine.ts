import { cosineDecay } from './cosine.js';
import type { Schedule } from './schedule.js';

export interface WarmupCosineOptions {
  readonly peak: number;
  readonly warmupSteps: number;
  /** All steps, warm-up included. */
  readonly totalSteps: number;
  /** Value at step 0. */
  readonly initial?: number;
  /** Value from `totalSteps` on. */
  readonly end?: number;
}

/** Linear from `initial` to `peak` over `warmupSteps`, then half a cosine to `end` at `totalSteps`. */
export function warmupCosine({ peak, warmupSteps, totalSteps, initial = 0, end = 0 }: WarmupCosineOptions): Schedule {
  if (!(warmupSteps >= 0 && warmupSteps <= totalSteps))
    throw new RangeError(`warmupCosine: expected 0 <= warmupSteps <= totalSteps, got ${warmupSteps} and ${totalSteps}`);
  return ({ step }) => {
    if (step < warmupSteps) return initial + ((peak - initial) * step) / warmupSteps;
    if (step >= totalSteps) return end;
    return end + (peak - end) * cosineDecay((step - warmupSteps) / (totalSteps - warmupSteps));
  };
}
