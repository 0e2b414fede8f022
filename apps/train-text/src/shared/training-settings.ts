import { adamw, type Budget, decayMatrices, lamb, type Optimizer, overBudget, warmupCosine } from 'perceiver-training';
import { z } from 'zod';

/** Budget and optimiser, for all language models. */
export const trainingSchema = z.strictObject({
  minutes: z.number().positive().optional().describe('minutes of training; it ends at this or at training.steps'),
  steps: z.int().positive().optional().describe('updates'),
  batchSize: z.int().positive().default(16).describe('windows a step'),
  accumulate: z.int().positive().default(1).describe('batches whose gradients are averaged for one update'),
  optimizer: z.enum(['adamw', 'lamb']).default('adamw').describe('lamb is for very large batches'),
  learningRate: z.number().positive().default(2e-3).describe('highest learning rate'),
  warmup: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('share of the budget in which the rate rises; then a cosine to 0'),
  weightDecay: z.number().min(0).default(0.05).describe('of matrices and embeddings'),
  b1: z.number().min(0).lt(1).default(0.9).describe("Adam's first decay rate"),
  b2: z.number().min(0).lt(1).default(0.98).describe("Adam's second decay rate"),
  maxNorm: z.number().positive().default(1).describe("limit of the gradients' common norm"),
  checkpointSeconds: z.number().positive().default(60).describe('seconds between checkpoints'),
});

export type TrainingSettings = z.output<typeof trainingSchema>;

/** Whichever ends first; three minutes where nothing is said. */
export function budgetOf({ minutes, steps }: TrainingSettings): Budget {
  return minutes === undefined && steps === undefined ? { minutes: 3 } : { minutes, steps };
}

/** AdamW or LAMB with warm-up and a cosine over the budget, in steps or minutes. */
export function optimizerOf(settings: TrainingSettings): Optimizer {
  const { learningRate, warmup, weightDecay, b1, b2, maxNorm } = settings;
  const totalSteps = 1e6;
  const schedule = warmupCosine({ peak: learningRate, warmupSteps: warmup * totalSteps, totalSteps });
  const make = { adamw, lamb }[settings.optimizer];
  return make({ learningRate: overBudget(schedule, totalSteps), weightDecay, b1, b2, maxNorm, mask: decayMatrices });
}
