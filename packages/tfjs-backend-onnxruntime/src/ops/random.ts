import * as tf from '@tensorflow/tfjs';
import { counterBits, foldInWords, keyWords } from './counter-bits.js';
import { kernelAvailable, runKernel } from './kernel-available.js';

/** Kernels: `CounterUniform` (input `key`, attribute `shape`), `CounterDropoutMask` (also `threshold, scale`), `FoldInKey` (inputs `key, data`). */
export const COUNTER_UNIFORM_KERNEL = 'CounterUniform';
export const DROPOUT_MASK_KERNEL = 'CounterDropoutMask';
export const FOLD_IN_KERNEL = 'FoldInKey';

/** A key of the counter-based generator: int32 `[2]`. Equal keys give equal numbers on every engine and any number of threads. */
export type RandomKey = tf.Tensor1D;

/** A key from a seed and any number of counters, such as step and stream. */
export function randomKey(seed: number, ...path: number[]): RandomKey {
  return tf.tensor1d(keyWords(seed, ...path), 'int32');
}

/** A key of its own for `data`, a step or a layer's number; `data` may be traced. */
export function foldIn(key: RandomKey, data: number | tf.Scalar): RandomKey {
  const counter = typeof data === 'number' ? tf.scalar(data, 'int32') : data;
  if (kernelAvailable(FOLD_IN_KERNEL)) return runKernel(FOLD_IN_KERNEL, { key, data: counter })[0] as RandomKey;
  const words = key.dataSync();
  return tf.tensor1d(foldInWords([words[0]!, words[1]!], counter.dataSync()[0]!), 'int32');
}

/** Uniform numbers in [0, 1), multiples of 2^-24. */
export function counterUniform(key: RandomKey, shape: number[]): tf.Tensor {
  if (kernelAvailable(COUNTER_UNIFORM_KERNEL)) return runKernel(COUNTER_UNIFORM_KERNEL, { key }, { shape })[0]!;
  const [a, b] = key.dataSync();
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let i = 0; i < values.length; i++) values[i] = (counterBits([a!, b!], i) >>> 8) * 2 ** -24;
  return tf.tensor(values, shape, 'float32');
}

/** Dropout decides by 16 bits, so two elements share the 32 bits of a counter. */
const LEVELS = 2 ** 16;

/**
 * What dropout multiplies by: 0 for a share `rate` of the elements, rounded to a multiple of 2^-16, and what keeps the mean
 * for the others.
 */
export function dropoutMask(key: RandomKey, shape: number[], rate: number): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: expected 0 <= rate < 1, got ${rate}`);
  const threshold = Math.min(Math.round(rate * LEVELS), LEVELS - 1);
  const scale = LEVELS / (LEVELS - threshold);
  if (kernelAvailable(DROPOUT_MASK_KERNEL))
    return runKernel(DROPOUT_MASK_KERNEL, { key }, { shape, threshold, scale })[0]!;
  const [a, b] = key.dataSync();
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  const half = Math.ceil(values.length / 2);
  for (let i = 0; i < half; i++) {
    const bits = counterBits([a!, b!], i);
    values[i] = (bits & 0xffff) >= threshold ? scale : 0;
    if (half + i < values.length) values[half + i] = bits >>> 16 >= threshold ? scale : 0;
  }
  return tf.tensor(values, shape, 'float32');
}

/** Zeroes a share `rate` of `x` and scales the rest by `1 / (1 - rate)`. */
export function dropout<T extends tf.Tensor>(x: T, rate: number, key: RandomKey): T {
  return rate === 0 ? x : x.mul(dropoutMask(key, x.shape, rate));
}
