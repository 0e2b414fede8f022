import * as tf from '@tensorflow/tfjs';
import { permutation } from 'perceiver-training';

/** Moves the pixels of all pictures by the one permutation of a seed: `[B, H, W, colours]` to the same. */
export function permutePixels(pixels: tf.Tensor4D, seed: number): tf.Tensor4D {
  const [batch, height, width, colours] = pixels.shape;
  const places = tf.tensor1d(Int32Array.from(permutation(height * width, seed)), 'int32');
  const rows = tf.gather(pixels.reshape<tf.Tensor3D>([batch, height * width, colours]), places, 1);
  return rows.reshape([batch, height, width, colours]);
}
