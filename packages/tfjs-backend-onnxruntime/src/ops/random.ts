import * as tf from '@tensorflow/tfjs';
import { kernelAvailable, runKernel } from './kernel-available.js';

/** Kernel names: `CounterUniform` (input `key`, attribute `shape`) and `FoldInKey` (inputs `key, data`). */
export const COUNTER_UNIFORM_KERNEL = 'CounterUniform';
export const FOLD_IN_KERNEL = 'FoldInKey';

/** A key of the counter-based generator: int32 `[2]`. Equal keys give equal numbers on every engine and any number of threads. */
export type RandomKey = tf.Tensor1D;

/** A bijective 32-bit mix with good avalanche: xor-shifts by 17, 11, 15, 14 between three odd multipliers. */
export function mix32(value: number): number {
  let x = value | 0;
  x ^= x >>> 17;
  x = Math.imul(x, 0xed5ad4bb);
  x ^= x >>> 11;
  x = Math.imul(x, 0xac4c1b51);
  x ^= x >>> 15;
  x = Math.imul(x, 0x31848bab);
  return x ^ (x >>> 14);
}

/** Two words of a key from a seed, for hosts that feed keys to a compiled step. */
export function keyWords(seed: number, ...path: number[]): [number, number] {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`keyWords: expected an integer seed, got ${seed}`);
  let words: [number, number] = [mix32(seed | 0), mix32(Math.floor(seed / 2 ** 32) ^ 0x3c6ef372)];
  for (const step of path) words = foldInWords(words, step);
  return words;
}

export function foldInWords([a, b]: readonly [number, number], data: number): [number, number] {
  const first = mix32(a ^ mix32((data + 0x7f4a7c15) | 0));
  return [first, mix32((b + Math.imul(first, 0x9e3779b1)) | 0)];
}

/** The 32 random bits of `index` under a key. */
export function counterBits(key: readonly [number, number], index: number): number {
  return mix32((mix32(index ^ key[0]) + key[1]) | 0);
}

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

/** Zeroes a share `rate` of `x` and scales the rest by `1 / (1 - rate)`. */
export function dropout<T extends tf.Tensor>(x: T, rate: number, key: RandomKey): T {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: expected 0 <= rate < 1, got ${rate}`);
  if (rate === 0) return x;
  const kept = counterUniform(key, x.shape)
    .greaterEqual(rate)
    .cast('float32')
    .mul(1 / (1 - rate));
  return x.mul(kept);
}
