import type { AdamOptions } from './adam.js';
import { addDecayedWeights } from './add-decayed-weights.js';
import { chain } from './chain.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import { decayMatrices } from './decay-mask.js';
import type { Optimizer } from './optimizer.js';
import { scaleByAdam } from './scale-by-adam.js';
import { scaleBySchedule } from './scale-by-schedule.js';
import { scaleByTrustRatio } from './scale-by-trust-ratio.js';

/**
 * LAMB (You et al. 2020) as DeepMind's Perceiver chain: clip, Adam's direction, masked decay, trust ratio, learning rate.
 * Perceiver IO on ImageNet: `maxNorm` 10, `eps` 1e-6, `weightDecay` 0.1, no decay of biases and norms.
 */
export function lamb(options: AdamOptions): Optimizer {
  const { learningRate, weightDecay = 0.1, mask = decayMatrices, maxNorm, eps = 1e-6, ...moments } = options;
  return chain(
    ...(maxNorm === undefined ? [] : [clipByGlobalNorm(maxNorm)]),
    scaleByAdam({ eps, ...moments }),
    ...(weightDecay === 0 ? [] : [addDecayedWeights(weightDecay, { mask })]),
    scaleByTrustRatio(),
    scaleBySchedule(learningRate),
  );
}
