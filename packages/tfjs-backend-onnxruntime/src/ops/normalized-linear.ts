import * as tf from '@tensorflow/tfjs';
import { kernelAvailable, runKernel } from './kernel-available.js';
import { LAYER_NORM_KERNEL, layerNorm } from './layer-norm.js';
import { linear } from './linear.js';

/** A linear map on normalised inputs: `[out, in]` and `[out]`. */
export interface LinearParameters {
  readonly weight: tf.Tensor2D;
  readonly bias?: tf.Tensor1D;
}

export interface NormalizedLinearOptions {
  readonly scale: tf.Tensor1D;
  readonly offset: tf.Tensor1D;
  readonly epsilon?: number;
}

/** Zero mean and unit variance over the last axis; only for users whose gradients have zero mean over it. */
function standardize(x: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    let value: tf.Tensor;
    let inverseDeviation: tf.Tensor;
    if (kernelAvailable(LAYER_NORM_KERNEL)) {
      const scale = tf.ones([x.shape[x.rank - 1]!]);
      [value, , inverseDeviation] = runKernel(LAYER_NORM_KERNEL, { x, scale }, { epsilon }) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
    } else {
      const centred = x.sub(x.mean(-1, true));
      inverseDeviation = centred.square().mean(-1, true).add(epsilon).rsqrt();
      value = centred.mul(inverseDeviation);
    }
    save([value, inverseDeviation]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [value, inverseDeviation] = saved as [tf.Tensor, tf.Tensor];
        return dy.sub(value.mul(dy.mul(value).mean(-1, true))).mul(inverseDeviation);
      },
    };
  })(x);
}

/**
 * Layer norm followed by one or more linear maps of its result, such as query, key and value.
 *
 * While a gradient is recorded and there are many rows, scale and offset are folded into the weights, and the weights'
 * rows are centred (which changes nothing, since normalised inputs have zero mean). Then the gradient of the norm needs
 * neither its scale, nor its offset, nor the mean of what comes back, and those passes over all rows become passes over
 * the weights.
 *
 * @param x `[..., in]`
 * @returns for each map `[..., out]`
 */
export function normalizedLinear(
  x: tf.Tensor,
  { scale, offset, epsilon = 1e-5 }: NormalizedLinearOptions,
  maps: readonly LinearParameters[],
): tf.Tensor[] {
  const rows = x.size / x.shape[x.rank - 1]!;
  const outputs = maps.reduce((sum, { weight }) => sum + weight.shape[0], 0);
  const fold = tf.engine().isTapeOn() && rows > outputs;
  if (!fold) {
    const normal = layerNorm(x, scale, offset, epsilon);
    return maps.map(({ weight, bias }) => linear(normal, weight, bias));
  }
  const standard = standardize(x, epsilon);
  return maps.map(({ weight, bias }) => {
    const scaled = weight.mul(scale);
    const shift = tf.matMul(weight, offset.expandDims<tf.Tensor2D>(1)).reshape<tf.Tensor1D>([-1]);
    return linear(standard, scaled.sub(scaled.mean(1, true)), bias === undefined ? shift : bias.add(shift));
  });
}
