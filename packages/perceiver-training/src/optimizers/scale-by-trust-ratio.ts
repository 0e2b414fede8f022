import * as tf from '@tensorflow/tfjs';
import { materialize } from './linear-update.js';
import { l2Norm } from './sum-of-squares.js';
import type { LocalTransformation } from './transformation.js';

/**
 * LAMB's layer-wise rate (You et al. 2020, algorithm 2): each tensor's update times `||parameter|| / ||update||`, times 1
 * where either norm is 0. Applied to every tensor, biases included, without bounds, as in DeepMind's Perceiver code.
 */
export function scaleByTrustRatio(): LocalTransformation {
  return {
    name: 'scaleByTrustRatio',
    reach: 'tensor',
    apply: (incoming, { parameter }) => {
      const direction = materialize(incoming, parameter);
      const parameterNorm = l2Norm([parameter]);
      const updateNorm = l2Norm([direction]);
      const usable = tf.mul(parameterNorm, updateNorm).greater(0);
      const safe = tf.where(usable, updateNorm, tf.onesLike(updateNorm));
      const scale = tf.where(usable, parameterNorm.div(safe), tf.onesLike(updateNorm)) as tf.Scalar;
      return { update: { direction, scale, decay: 0 } };
    },
  };
}
