import type { Schedule } from './schedule.js';

export interface StepDecayOptions {
  readonly base: number;
  readonly totalSteps: number;
  /** Shares of `totalSteps`; each one reached multiplies the value by `rate`. Perceiver on ImageNet: 84/120, 102/120, 114/120. */
  readonly boundaries: readonly number[];
  readonly rate?: number;
}

/** `base * rate ** (boundaries reached)`, a boundary `b` being reached at step `floor(b * totalSteps)`. */
export function stepDecay({ base, totalSteps, boundaries, rate = 0.1 }: StepDecayOptions): Schedule {
  const steps = boundaries.map((boundary) => Math.floor(boundary * totalSteps));
  return ({ step }) => base * rate ** steps.filter((boundary) => step >= boundary).length;
}
