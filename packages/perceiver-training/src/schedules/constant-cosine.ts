import { cosineDecay } from './cosine.js';
import type { Schedule } from './schedule.js';

export interface ConstantCosineOptions {
  readonly base: number;
  /** Share of `totalSteps` before the decay; Perceiver IO on ImageNet: 0.5. */
  readonly constantFraction: number;
  readonly totalSteps: number;
  readonly end?: number;
}

/** `base` before step `floor(constantFraction * totalSteps)`, then half a cosine to `end` at `totalSteps`. */
export function constantCosine({ base, constantFraction, totalSteps, end = 0 }: ConstantCosineOptions): Schedule {
  const start = Math.floor(constantFraction * totalSteps);
  return ({ step }) => {
    if (step < start) return base;
    if (step >= totalSteps) return end;
    return end + (base - end) * cosineDecay((step - start) / (totalSteps - start));
  };
}
