import * as tf from '@tensorflow/tfjs';

/**
 * Mean cross entropy in nats of `logits` against class indices, over the rows whose label is not `ignoreIndex`.
 * Has its own gradient. All rows ignored gives NaN, as in PyTorch.
 *
 * @param logits `[R, classes]`
 * @param labels `[R]` int32
 * @returns a scalar
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, { ignoreIndex = -100 } = {}): tf.Scalar {
  const [rows, classes] = logits.shape;
  if (labels.shape[0] !== rows) {
    throw new RangeError(
      `softmaxCrossEntropy: expected labels [${rows}] for logits [${logits.shape}], got [${labels.shape}]`,
    );
  }
  return tf.customGrad((...args) => {
    const [logits, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    const counted = labels.notEqual(ignoreIndex);
    const weight = tf.cast(counted, 'float32').div(tf.cast(counted, 'float32').sum()).expandDims(1);
    // A label outside the classes has an all-zero one-hot row, so ignored rows add nothing.
    const target = tf.oneHot(labels, classes).cast('float32').mul(weight);
    const logProbabilities = tf.logSoftmax(logits);
    save([logProbabilities, target, weight]);
    return {
      value: target.mul(logProbabilities).sum().neg() as tf.Scalar,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [logProbabilities, target, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        return logProbabilities.exp().mul(weight).sub(target).mul(dy);
      },
    };
  })(logits) as tf.Scalar;
}
