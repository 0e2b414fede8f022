import type { Schedule } from './schedule.js';

/**
 * Stretches a schedule over the whole budget, whether that is counted in steps or in minutes: the share of the budget used,
 * times `totalSteps`, takes the place of the step. For "train for 3 minutes with 2% warm-up":
 * `overBudget(warmupCosine({ peak: 1e-3, warmupSteps: 20, totalSteps: 1000 }), 1000)`.
 */
export function overBudget(schedule: Schedule, totalSteps: number): Schedule {
  return ({ fraction }) => schedule({ step: Math.min(1, fraction) * totalSteps, fraction });
}
