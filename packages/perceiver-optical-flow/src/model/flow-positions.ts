import * as tf from '@tensorflow/tfjs';
import { axisPositions, fourierFeatures } from 'perceiver-core';

/**
 * Fourier features of one axis, `[size, 1 + 2 * numBands]`: position, sines, cosines. Those of a grid are made of its axes' own, so
 * the features of 182,528 pixels are kept as two small tables.
 */
export function axisFeatures(size: number, numBands: number): Float32Array {
  return fourierFeatures(axisPositions(size), { numBands, maxResolution: [size] });
}

/**
 * Fourier features of a grid's points, row by row, in the order of `fourierFeatures`: positions, sines and cosines, each of them for
 * the first axis and then the second.
 *
 * @param rows features of the rows wanted, `[h, 1 + 2 * bands]`
 * @param columns `[w, 1 + 2 * bands]`
 * @returns `[h * w, 2 + 4 * bands]`
 */
export function gridFeatures(rows: tf.Tensor2D, columns: tf.Tensor2D): tf.Tensor2D {
  const [height, channels] = rows.shape;
  const width = columns.shape[0];
  const bands = (channels - 1) / 2;
  const part = (start: number, size: number): tf.Tensor3D[] => [
    tf.tile(tf.slice(rows, [0, start], [height, size]).reshape<tf.Tensor3D>([height, 1, size]), [1, width, 1]),
    tf.tile(tf.slice(columns, [0, start], [width, size]).reshape<tf.Tensor3D>([1, width, size]), [height, 1, 1]),
  ];
  const parts = [...part(0, 1), ...part(1, bands), ...part(1 + bands, bands)];
  return tf.concat(parts, 2).reshape([height * width, 2 * channels]);
}
