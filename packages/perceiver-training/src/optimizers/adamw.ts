import type { AdamOptions } from './adam.js';
import { addDecayedWeights } from './add-decayed-weights.js';
import { chain } from './chain.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import type { Optimizer } from './optimizer.js';
import { scaleByAdam } from './scale-by-adam.js';
import { scaleBySchedule } from './scale-by-schedule.js';

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019), as torch's `AdamW`: `p -= lr wd p`, then Adam's step.
 * `mask` picks the decayed parameters; all of them by default, as in torch.
 */
export function adamw({ learningRate, weightDecay = 0.01, mask, maxNorm, ...moments }: AdamOptions): Optimizer {
  return chain(
    ...(maxNorm === undefined ? [] : [clipByGlobalNorm(maxNorm)]),
    scaleByAdam(moments),
    ...(weightDecay === 0 ? [] : [addDecayedWeights(weightDecay, { mask })]),
    scaleBySchedule(learningRate),
  );
}
