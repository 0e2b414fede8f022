import * as tf from '@tensorflow/tfjs';
import { kernelAvailable, runKernel } from './kernel-available.js';

/** Kernel name of GELU: input `x`, attribute `approximate`. Used where no gradient is recorded. */
export const GELU_KERNEL = 'Gelu';

const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBIC = 0.044715;

/** Exact: the share of the normal distribution below x, `(1 + erf(x / sqrt 2)) / 2`. */
const normalCumulative = (x: tf.Tensor): tf.Tensor => x.mul(Math.SQRT1_2).erf().mul(0.5).add(0.5);

function exact(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const cumulative = normalCumulative(x);
    save([x, cumulative]);
    return {
      value: x.mul(cumulative),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, cumulative] = saved as [tf.Tensor, tf.Tensor];
        const density = x
          .square()
          .mul(-0.5)
          .exp()
          .mul(x.mul(1 / Math.sqrt(2 * Math.PI)));
        return dy.mul(cumulative.add(density));
      },
    };
  })(x);
}

function tanhApproximate(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const bend = x.add(x.mul(x.square()).mul(TANH_CUBIC)).mul(TANH_SCALE).tanh();
    save([x, bend]);
    return {
      value: x.mul(0.5).mul(bend.add(1)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, bend] = saved as [tf.Tensor, tf.Tensor];
        const slope = x
          .square()
          .mul(3 * TANH_CUBIC * TANH_SCALE)
          .add(TANH_SCALE);
        const dBend = tf.scalar(1).sub(bend.square()).mul(slope);
        return dy.mul(bend.add(1).add(x.mul(dBend)).mul(0.5));
      },
    };
  })(x);
}

/**
 * Gaussian error linear unit (Hendrycks and Gimpel, 2016), with its own gradient.
 *
 * @param approximate `none`: the error function, as the released PyTorch checkpoints compute it; `tanh`: as DeepMind's JAX code does
 */
export function gelu(x: tf.Tensor, approximate: 'none' | 'tanh' = 'none'): tf.Tensor {
  if (!tf.engine().isTapeOn() && kernelAvailable(GELU_KERNEL))
    return runKernel(GELU_KERNEL, { x }, { approximate })[0]!;
  return approximate === 'none' ? exact(x) : tanhApproximate(x);
}
