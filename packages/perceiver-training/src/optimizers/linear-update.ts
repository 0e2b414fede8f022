import type * as tf from '@tensorflow/tfjs';
import { addFactors, type Factor, inverse, multiplyFactors, scaleTensor } from './factor.js';

/**
 * The change on its way through a chain: `scale * direction + decay * parameter`, to be subtracted from the parameter.
 * Multiplications by scalars are put off until the tensor is needed, since each elementwise node is a pass over memory.
 */
export interface LinearUpdate {
  readonly direction: tf.Tensor;
  readonly scale: Factor;
  readonly decay: Factor;
}

/** The update as one tensor. */
export function materialize({ direction, scale, decay }: LinearUpdate, parameter: tf.Tensor): tf.Tensor {
  const scaled = scaleTensor(direction, scale);
  return decay === 0 ? scaled : scaled.add(parameter.mul(decay));
}

/** `factor` times the update. */
export function scaleUpdate({ direction, scale, decay }: LinearUpdate, factor: Factor): LinearUpdate {
  return { direction, scale: multiplyFactors(scale, factor), decay: multiplyFactors(decay, factor) };
}

/**
 * `parameter - update`, in the form `parameter * (1 - decay) - scale * direction`. `subtracted` is built on demand, without
 * reading the parameter, whose memory the result may take.
 */
export function applyUpdate({ direction, scale, decay }: LinearUpdate, parameter: tf.Tensor) {
  const step = scaleTensor(direction, scale);
  if (decay === 0) return { parameter: parameter.sub(step), subtracted: () => step };
  const remaining = addFactors(1, multiplyFactors(decay, -1));
  const kept = parameter.mul(remaining);
  return {
    parameter: kept.sub(step),
    subtracted: () => step.add(kept.mul(multiplyFactors(decay, inverse(remaining)))),
  };
}
