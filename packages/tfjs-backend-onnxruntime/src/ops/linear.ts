import * as tf from '@tensorflow/tfjs';

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
  const rows = x.rank === 2 ? (x as tf.Tensor2D) : x.reshape<tf.Tensor2D>([-1, width]);
  const y = tf.fused.matMul({ a: rows, b: weight, transposeB: true, bias });
  return x.rank === 2 ? y : y.reshape([...x.shape.slice(0, -1), out]);
}
