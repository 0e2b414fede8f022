import type { Schedule } from './schedule.js';

/** Half a cosine from 1 at `t = 0` to 0 at `t = 1`, held outside. */
export function cosineDecay(t: number): number {
  return (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, t)))) / 2;
}

/** From `base` at step 0 along half a cosine to `end` at `totalSteps`. */
export function cosine({ base, totalSteps, end = 0 }: { base: number; totalSteps: number; end?: number }): Schedule {
  return ({ step }) => (step >= totalSteps ? end : end + (base - end) * cosineDecay(step / totalSteps));
}
