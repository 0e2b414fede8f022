import * as tf from '@tensorflow/tfjs';
import { foldNorm } from './standardize.js';

/**
 * `x weight^T + bias`, on the last axis.
 *
 * @param x `[..., in]`
 * @param weight `[out, in]`, the orientation of PyTorch's Linear
 * @param bias `[out]`, optional
 * @returns `[..., out]`
 */
export function linear(x: tf.Tensor, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor {
  const [out, width] = weight.shape;
  const last = x.shape[x.rank - 1];
  if (last !== width) {
    throw new RangeError(`linear: expected x [..., ${width}] for weight [${weight.shape}], got [${x.shape}]`);
  }
  const folded = foldNorm(x, weight, bias);
  const input = folded?.x ?? x;
  const rows = input.rank === 2 ? (input as tf.Tensor2D) : input.reshape<tf.Tensor2D>([-1, width]);
  const y = tf.fused.matMul({
    a: rows,
    b: folded?.weight ?? weight,
    transposeB: true,
    bias: folded?.bias ?? bias,
  });
  return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), out]);
}
