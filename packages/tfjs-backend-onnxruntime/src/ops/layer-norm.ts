import * as tf from '@tensorflow/tfjs';
import { kernelAvailable, runKernel } from './kernel-available.js';
import { LAYER_NORM_KERNEL } from './layer-norm-kernel.js';
import { rememberNorm } from './standardize.js';

function forward(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): tf.Tensor[] {
  if (kernelAvailable(LAYER_NORM_KERNEL)) return runKernel(LAYER_NORM_KERNEL, { x, scale, offset }, { epsilon });
  const mean = x.mean(-1, true);
  const centred = x.sub(mean);
  const inverseDeviation = centred.square().mean(-1, true).add(epsilon).rsqrt();
  return [centred.mul(inverseDeviation).mul(scale).add(offset), mean, inverseDeviation];
}

/**
 * Layer normalisation over the last axis with biased variance (Ba et al., 2016), with its own gradient.
 *
 * @param x `[..., C]`
 * @param scale `[C]`
 * @param offset `[C]`
 * @param epsilon added to the variance; 1e-5 as in PyTorch
 * @returns `[..., C]`
 */
export function layerNorm(x: tf.Tensor, scale: tf.Tensor1D, offset: tf.Tensor1D, epsilon = 1e-5): tf.Tensor {
  const channels = x.shape[x.rank - 1]!;
  if (scale.shape[0] !== channels || offset.shape[0] !== channels) {
    throw new RangeError(
      `layerNorm: expected scale and offset [${channels}] for x [${x.shape}], got [${scale.shape}] and [${offset.shape}]`,
    );
  }
  const normalise = tf.customGrad((...args) => {
    const [x, scale, offset, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [value, mean, inverseDeviation] = forward(x, scale, offset, epsilon) as [tf.Tensor, tf.Tensor, tf.Tensor];
    save([x, scale, mean, inverseDeviation]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, scale, mean, inverseDeviation] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const normal = x.sub(mean).mul(inverseDeviation);
        const dNormal = dy.mul(scale);
        const slope = dNormal.mul(normal).mean(-1, true);
        const dx = dNormal.sub(dNormal.mean(-1, true)).sub(normal.mul(slope)).mul(inverseDeviation);
        const rows = [-1, channels] as [number, number];
        return [dx, dy.mul(normal).reshape(rows).sum(0), dy.reshape(rows).sum(0)];
      },
    };
  });
  const normed = normalise(x, scale, offset);
  rememberNorm(normed, { x, scale, offset, epsilon });
  return normed;
}
