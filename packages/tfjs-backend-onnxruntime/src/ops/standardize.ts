import * as tf from '@tensorflow/tfjs';
import { kernelAvailable, runKernel } from './kernel-available.js';
import { LAYER_NORM_KERNEL } from './layer-norm-kernel.js';

/** What a layer norm was made of. */
interface NormSource {
  readonly x: tf.Tensor;
  readonly scale: tf.Tensor1D;
  readonly offset: tf.Tensor1D;
  readonly epsilon: number;
  standard?: tf.Tensor;
}

const sources = new WeakMap<tf.Tensor, NormSource>();

/** So many rows a channel make it worthwhile to move the work of a norm's gradient from the rows to the weights. */
const ROWS_PER_CHANNEL = 4;

/** Remembers how a tensor was made, for `foldNorm`; only while a gradient is recorded and there are many rows. */
export function rememberNorm(normed: tf.Tensor, source: NormSource): void {
  const channels = normed.shape[normed.rank - 1]!;
  if (tf.engine().isTapeOn() && normed.size >= ROWS_PER_CHANNEL * channels * channels) sources.set(normed, source);
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

/** A linear map of a layer norm's result as a linear map of standardized inputs. */
export interface FoldedLinear {
  readonly x: tf.Tensor;
  readonly weight: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
}

/**
 * If `normed` is a remembered layer norm, moves its scale and offset into the weights and centres their rows, which changes
 * nothing since standardized inputs have zero mean. The gradient of the norm then needs neither its scale, nor its
 * offset, nor the mean of what comes back: those passes over all rows become passes over the weights.
 */
export function foldNorm(
  normed: tf.Tensor,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D | undefined,
): FoldedLinear | undefined {
  const source = sources.get(normed);
  if (source === undefined || !tf.engine().isTapeOn() || source.x.isDisposed) return undefined;
  source.standard ??= standardize(source.x, source.epsilon);
  const scaled = weight.mul(source.scale);
  const shift = tf.matMul(weight, source.offset.expandDims<tf.Tensor2D>(1)).reshape<tf.Tensor1D>([-1]);
  return {
    x: source.standard,
    weight: scaled.sub(scaled.mean(1, true)),
    bias: bias === undefined ? shift : bias.add(shift),
  };
}
