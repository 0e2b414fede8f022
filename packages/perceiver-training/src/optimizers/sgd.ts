import type { NumberOrSchedule } from '../schedules/schedule.js';
import { addDecayedWeights } from './add-decayed-weights.js';
import { chain } from './chain.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import type { DecayMask } from './decay-mask.js';
import type { Optimizer } from './optimizer.js';
import { scaleByMomentum } from './scale-by-momentum.js';
import { scaleBySchedule } from './scale-by-schedule.js';

export interface SgdOptions {
  readonly learningRate: NumberOrSchedule;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** L2 regularisation: `g += weightDecay * p`. */
  readonly weightDecay?: number;
  readonly mask?: DecayMask;
  readonly maxNorm?: number;
}

/** Stochastic gradient descent, as torch's `SGD` (dampening 0). */
export function sgd({ learningRate, momentum = 0, nesterov, weightDecay = 0, mask, maxNorm }: SgdOptions): Optimizer {
  return chain(
    ...(maxNorm === undefined ? [] : [clipByGlobalNorm(maxNorm)]),
    ...(weightDecay === 0 ? [] : [addDecayedWeights(weightDecay, { mask })]),
    ...(momentum === 0 ? [] : [scaleByMomentum(momentum, { nesterov })]),
    scaleBySchedule(learningRate),
  );
}
