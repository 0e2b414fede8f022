import type { Schedule } from './schedule.js';

/** Linear from 0 to `peak` over `warmupSteps`, then linear to 0 at `totalSteps`. */
export function warmupLinear(options: { peak: number; warmupSteps: number; totalSteps: number }): Schedule {
  const { peak, warmupSteps, totalSteps } = options;
  return ({ step }) => {
    if (step < warmupSteps) return (peak * step) / warmupSteps;
    return peak * Math.max(0, (totalSteps - step) / Math.max(1e-12, totalSteps - warmupSteps));
  };
}
