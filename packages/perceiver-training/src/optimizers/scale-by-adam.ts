import { multiplyFactors, scaleTensor } from './factor.js';
import { materialize } from './linear-update.js';
import type { LocalTransformation } from './transformation.js';

export interface AdamMoments {
  /** Decay rate of the first moment. */
  readonly b1?: number;
  /** Decay rate of the second moment. */
  readonly b2?: number;
  /** Added to the root of the bias-corrected second moment. */
  readonly eps?: number;
}

/**
 * Adam's direction (Kingma and Ba 2015): `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`,
 * `(m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)`.
 */
export function scaleByAdam({ b1 = 0.9, b2 = 0.999, eps = 1e-8 }: AdamMoments = {}): LocalTransformation {
  return {
    name: 'scaleByAdam',
    reach: 'element',
    moments: ['firstMoment', 'secondMoment'],
    numbers: ({ step }) => {
      const first = 1 / (1 - b1 ** (step + 1));
      const second = 1 / Math.sqrt(1 - b2 ** (step + 1));
      return { scale: first / second, eps: eps / second };
    },
    apply: (incoming, { parameter, moments, numbers }) => {
      // A scale that is still to be multiplied in goes into the moments' coefficients.
      const plain = incoming.decay === 0;
      const gradient = plain ? incoming.direction : materialize(incoming, parameter);
      const scale = plain ? incoming.scale : 1;
      const firstMoment = moments.firstMoment!.mul(b1).add(scaleTensor(gradient, multiplyFactors(scale, 1 - b1)));
      const weight = multiplyFactors(multiplyFactors(scale, scale), 1 - b2);
      const secondMoment = moments.secondMoment!.mul(b2).add(scaleTensor(gradient.mul(gradient), weight));
      // With k the second correction, m / (k sqrt v + eps) is m / (sqrt v + eps / k), over k: one pass less over memory.
      const direction = firstMoment.div(secondMoment.sqrt().add(numbers.eps!));
      return { update: { direction, scale: numbers.scale!, decay: 0 }, moments: { firstMoment, secondMoment } };
    },
  };
}
