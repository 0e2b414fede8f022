import * as tf from '@tensorflow/tfjs';
import type { GlobalTransformation } from './transformation.js';

export interface ClipByGlobalNormOptions {
  /**
   * `'exact'`: all gradients times `maxNorm / norm` where the norm is above (DeepMind's code, optax).
   * `'torch'`: times `min(1, maxNorm / (norm + 1e-6))`, as `torch.nn.utils.clip_grad_norm_`.
   */
  readonly variant?: 'exact' | 'torch';
}

/** Scales all gradients together so that their common L2 norm is at most `maxNorm`. */
export function clipByGlobalNorm(
  maxNorm: number,
  { variant = 'exact' }: ClipByGlobalNormOptions = {},
): GlobalTransformation {
  if (!(maxNorm > 0)) throw new RangeError(`clipByGlobalNorm: expected maxNorm > 0, got ${maxNorm}`);
  return {
    name: 'clipByGlobalNorm',
    reach: 'global',
    // The exact form is maxNorm / max(norm, maxNorm), which is 1 below the limit and never divides by 0.
    factor: (norm) =>
      variant === 'torch'
        ? (tf.minimum(1, tf.div(maxNorm, norm.add(1e-6))) as tf.Scalar)
        : (tf.div(maxNorm, tf.maximum(norm, maxNorm)) as tf.Scalar),
  };
}
