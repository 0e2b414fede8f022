import type { AdamOptions } from './adam.js';
import { addDecayedWeights } from './add-decayed-weights.js';
import { chain } from './chain.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import { decayMatrices } from './decay-mask.js';
import type { Optimizer } from './optimizer.js';
import { type MuonOptions, scaleByMuon } from './scale-by-muon.js';
import { scaleBySchedule } from './scale-by-schedule.js';

/**
 * Muon for the matrices of hidden layers, AdamW for all other parameters, with one learning rate (Jordan et al. 2024; Liu et
 * al. 2025). Each step costs fifteen products of matrices of the parameters' size more than AdamW's, whatever the batch.
 */
export function muon({
  learningRate,
  weightDecay = 0.1,
  mask = decayMatrices,
  maxNorm,
  ...moments
}: AdamOptions & MuonOptions): Optimizer {
  return chain(
    ...(maxNorm === undefined ? [] : [clipByGlobalNorm(maxNorm)]),
    scaleByMuon(moments),
    ...(weightDecay === 0 ? [] : [addDecayedWeights(weightDecay, { mask })]),
    scaleBySchedule(learningRate),
  );
}
