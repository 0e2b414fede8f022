import { z } from 'zod';
import { adamw } from '../optimizers/adamw.js';
import { decayMatrices } from '../optimizers/decay-mask.js';
import { lamb } from '../optimizers/lamb.js';
import { muon } from '../optimizers/muon.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { constantCosine } from '../schedules/constant-cosine.js';
import { overBudget } from '../schedules/over-budget.js';
import type { Schedule } from '../schedules/schedule.js';
import { stepDecay } from '../schedules/step-decay.js';
import { warmupCosine } from '../schedules/warmup-cosine.js';
import type { Budget } from '../trainer/train-options.js';

/** Budget and optimiser, for all training programs. */
export const trainingSchema = z.strictObject({
  minutes: z.number().positive().optional().describe('minutes of training; it ends at this or at training.steps'),
  steps: z.int().positive().optional().describe('updates'),
  batchSize: z.int().positive().default(16).describe('examples a step'),
  accumulate: z.int().positive().default(1).describe('batches whose gradients are averaged for one update'),
  optimizer: z
    .enum(['adamw', 'lamb', 'muon'])
    .default('adamw')
    .describe('lamb is for very large batches; muon learns more in few steps, at a higher cost of each'),
  learningRate: z.number().positive().default(2e-3).describe('highest learning rate'),
  learningRateBatch: z
    .int()
    .positive()
    .optional()
    .describe('the learning rate is for this many examples an update and grows with their number'),
  schedule: z
    .enum(['warmup-cosine', 'constant-cosine', 'steps'])
    .default('warmup-cosine')
    .describe('rise and cosine to 0; constant, then cosine to 0; divided by 10 at training.boundaries'),
  warmup: z.number().min(0).max(1).default(0.1).describe('warmup-cosine: share of the budget in which the rate rises'),
  warmupSteps: z.int().min(0).optional().describe('the same in updates, in place of training.warmup'),
  constantShare: z.number().min(0).lt(1).default(0.5).describe('constant-cosine: share of the budget at the full rate'),
  boundaries: z
    .array(z.number().gt(0).lt(1))
    .default([0.7, 0.85, 0.95])
    .describe('steps: shares of the budget at which the rate is divided by 10'),
  weightDecay: z.number().min(0).default(0.05).describe('of matrices and embeddings'),
  b1: z.number().min(0).lt(1).default(0.9).describe("Adam's first decay rate"),
  b2: z.number().min(0).lt(1).default(0.98).describe("Adam's second decay rate"),
  eps: z.number().positive().optional().describe("Adam's epsilon (default 1e-8; 1e-6 for lamb)"),
  maxNorm: z.number().positive().default(1).describe("limit of the gradients' common norm"),
  checkpointSeconds: z.number().positive().default(60).describe('seconds between checkpoints'),
});

export type TrainingSettings = z.output<typeof trainingSchema>;

/** Whichever ends first; three minutes where nothing is said. */
export function budgetOf({ minutes, steps }: Pick<TrainingSettings, 'minutes' | 'steps'>): Budget {
  return minutes === undefined && steps === undefined ? { minutes: 3 } : { minutes, steps };
}

/** The highest learning rate, scaled to the examples of an update where the settings say so. */
export function peakLearningRate(settings: TrainingSettings): number {
  const { learningRate, learningRateBatch, batchSize, accumulate } = settings;
  return learningRateBatch === undefined ? learningRate : (learningRate * batchSize * accumulate) / learningRateBatch;
}

/** The optimiser with the settings' schedule over the budget, in steps or minutes. */
export function optimizerOf(settings: TrainingSettings): Optimizer {
  const { weightDecay, b1, b2, eps, maxNorm } = settings;
  const totalSteps = 1e6;
  const isCounted = settings.schedule === 'warmup-cosine' && settings.warmupSteps !== undefined;
  const learningRate = isCounted
    ? warmupCosineFrom(peakLearningRate(settings), settings.warmupSteps!)
    : overBudget(scheduleOf(settings, totalSteps), totalSteps);
  const make = { adamw, lamb, muon }[settings.optimizer];
  const epsilon = eps === undefined ? {} : { eps };
  return make({ learningRate, weightDecay, b1, b2, ...epsilon, maxNorm, mask: decayMatrices });
}

/** Rises over a number of updates, then half a cosine over what is left of the budget. A short budget may be all rise. */
function warmupCosineFrom(peak: number, warmupSteps: number): Schedule {
  return (clock) => {
    const totalSteps = Math.max(
      warmupSteps,
      clock.fraction > 0 ? clock.step / clock.fraction : Number.POSITIVE_INFINITY,
    );
    if (totalSteps === Number.POSITIVE_INFINITY) return warmupSteps === 0 ? peak : 0;
    return warmupCosine({ peak, warmupSteps, totalSteps })(clock);
  };
}

function scheduleOf(settings: TrainingSettings, totalSteps: number): Schedule {
  const peak = peakLearningRate(settings);
  const { schedule, warmup, constantShare, boundaries } = settings;
  if (schedule === 'steps') return stepDecay({ base: peak, totalSteps, boundaries });
  if (schedule === 'constant-cosine') {
    return constantCosine({ base: peak, constantFraction: constantShare, totalSteps });
  }
  return warmupCosine({ peak, warmupSteps: warmup * totalSteps, totalSteps });
}
