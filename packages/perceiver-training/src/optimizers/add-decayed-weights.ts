import { type DecayMask, decayEverything } from './decay-mask.js';
import { addFactors } from './factor.js';
import type { LocalTransformation } from './transformation.js';

/**
 * Adds `rate * parameter` to the update of the parameters that `mask` picks. Before `scaleByAdam` this is L2
 * regularisation, after it decoupled weight decay (Loshchilov and Hutter 2019).
 */
export function addDecayedWeights(
  rate: number,
  { mask = decayEverything }: { mask?: DecayMask } = {},
): LocalTransformation {
  return {
    name: 'addDecayedWeights',
    reach: 'element',
    group: (member) => (mask(member) ? 'decayed' : 'undecayed'),
    apply: (update, { member }) => ({
      update: mask(member) ? { ...update, decay: addFactors(update.decay, rate) } : update,
    }),
  };
}
