import * as tf from '@tensorflow/tfjs';
import { kernelAvailable, runKernel } from './kernel-available.js';

/** Kernel name of GELU: input `x`, attribute `approximate`. Used where no gradient is recorded. */
export const GELU_KERNEL = 'Gelu';

const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBIC = 0.044715;

const LOG_TWO_OVER_SQRT_PI = Math.log(2 / Math.sqrt(Math.PI));

/** With u = x / sqrt 2 the slope is (1 + erf u + u exp(log(2 / sqrt pi) - u^2)) / 2: few passes, and only x is kept. */
function exact(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return {
      value: kernelAvailable(GELU_KERNEL) ? runKernel(GELU_KERNEL, { x }, { approximate: 'none' })[0]! : exactValue(x),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const u = saved[0]!.mul(Math.SQRT1_2);
        const density = u.mul(tf.sub(LOG_TWO_OVER_SQRT_PI, u.square()).exp());
        return dy.mul(u.erf().add(density).add(1)).mul(0.5);
      },
    };
  })(x);
}

const exactValue = (x: tf.Tensor): tf.Tensor => x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5);

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
