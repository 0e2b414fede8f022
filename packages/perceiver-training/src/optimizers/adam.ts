import type { NumberOrSchedule } from '../schedules/schedule.js';
import { addDecayedWeights } from './add-decayed-weights.js';
import { chain } from './chain.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import type { DecayMask } from './decay-mask.js';
import type { Optimizer } from './optimizer.js';
import { type AdamMoments, scaleByAdam } from './scale-by-adam.js';
import { scaleBySchedule } from './scale-by-schedule.js';

export interface AdamOptions extends AdamMoments {
  readonly learningRate: NumberOrSchedule;
  /** L2 regularisation, inside the moments. */
  readonly weightDecay?: number;
  readonly mask?: DecayMask;
  /** Limit of the gradients' common norm. */
  readonly maxNorm?: number;
}

/** Adam (Kingma and Ba 2015), as torch's `Adam`. */
export function adam({ learningRate, weightDecay = 0, mask, maxNorm, ...moments }: AdamOptions): Optimizer {
  return chain(
    ...(maxNorm === undefined ? [] : [clipByGlobalNorm(maxNorm)]),
    ...(weightDecay === 0 ? [] : [addDecayedWeights(weightDecay, { mask })]),
    scaleByAdam(moments),
    scaleBySchedule(learningRate),
  );
}
