import { materialize } from './linear-update.js';
import type { LocalTransformation } from './transformation.js';

/** `buffer = momentum * buffer + g`; the direction is the buffer, or `g + momentum * buffer` with Nesterov's look ahead. */
export function scaleByMomentum(momentum: number, { nesterov = false } = {}): LocalTransformation {
  return {
    name: 'scaleByMomentum',
    reach: 'element',
    moments: ['momentum'],
    apply: (incoming, { parameter, moments }) => {
      const gradient = materialize(incoming, parameter);
      const buffer = moments.momentum!.mul(momentum).add(gradient);
      const direction = nesterov ? buffer.mul(momentum).add(gradient) : buffer;
      return { update: { direction, scale: 1, decay: 0 }, moments: { momentum: buffer } };
    },
  };
}
