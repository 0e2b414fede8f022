import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { KernelMissingError, UnsupportedError } from '../errors.js';
import { jit } from '../jit.js';
import { startEngines } from '../testing/compare.js';

beforeAll(async () => {
  await startEngines();
  await tf.setBackend('onnxruntime');
});

describe('kernels that cannot be compiled', () => {
  it('run on numbers that are at hand', async () => {
    const { values, indices } = tf.unique(tf.tensor1d([3, 1, 3, 2]));
    expect(await values.array()).toEqual([3, 1, 2]);
    expect(await indices.array()).toEqual([0, 1, 0, 2]);
    // Their results go on in graphs.
    expect(await values.mul(2).sum().array()).toBe(12);
    const boxes = tf.tensor2d([0, 0, 1, 1, 0, 0, 1, 0.9, 2, 2, 3, 3], [3, 4]);
    expect(await tf.image.nonMaxSuppression(boxes, tf.tensor1d([0.5, 0.9, 0.1]), 3, 0.5).array()).toEqual([1, 2]);
  });

  it('say that a number must be read first', async () => {
    const x = tf.tensor1d([1, 2]).add(1);
    expect(() => tf.unique(x)).toThrow(UnsupportedError);
    expect(() => tf.unique(x)).toThrow("the kernel 'Unique' needs the numbers of its inputs");
    await x.data();
    expect(await tf.unique(x).values.array()).toEqual([2, 3]);
  });

  it('are missing inside jit', async () => {
    const f = jit((x: tf.Tensor) => tf.unique(x).values);
    await expect(f(tf.ones([3]))).rejects.toThrow(KernelMissingError);
  });

  it('move strings, which no graph takes', async () => {
    const words = tf.tensor1d(['a', 'b', 'c']);
    expect(await tf.concat([words, words.slice(1)]).array()).toEqual(['a', 'b', 'c', 'b', 'c']);
    expect(await words.reshape([3, 1]).tile([1, 2]).array()).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
  });

  it('leave nothing behind', () => {
    const x = tf.tensor1d([1, 1]);
    const before = tf.engine().backend.numDataIds();
    tf.dispose(tf.unique(x));
    expect(tf.engine().backend.numDataIds()).toBe(before);
    expect(tf.engine().findBackend('cpu').numDataIds()).toBe(0);
    x.dispose();
  });
});
