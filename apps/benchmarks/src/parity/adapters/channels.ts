import * as tf from '@tensorflow/tfjs';

/** Pictures of PyTorch, `[B, C, H, W]`, as they are here: `[B, H, W, C]`. */
export const channelsLast = (x: tf.Tensor): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);

/** The inverse of {@link channelsLast}. */
export const channelsFirst = (x: tf.Tensor): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 3, 1, 2]);
