import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise, useCpu } from '../testing/tensors.js';
import type { TensorSpec } from './tensor-spec.js';
import { traceShapes } from './trace-shapes.js';

beforeAll(useCpu);

type X = tf.Tensor4D;
const operations: Record<string, (x: X) => tf.Tensor | tf.Tensor[]> = {
  broadcast: (x) =>
    x
      .add(tf.ones([3, 1, 1]))
      .mul(2)
      .sub(tf.scalar(1)),
  compare: (x) => x.greater(0.5).logicalAnd(x.less(0.7)),
  choose: (x) => tf.where(x.greater(0), x, tf.zerosLike(x)),
  'sum over all': (x) => x.sum(),
  'sum over axes': (x) => x.sum([1, -1]),
  'mean, kept': (x) => x.mean(-1, true),
  max: (x) => x.max(3),
  min: (x) => x.min([0, 2], true),
  argMax: (x) => x.argMax(2),
  cast: (x) => x.cast('int32'),
  reshape: (x) => x.reshape([-1, 4]),
  expandDims: (x) => x.expandDims(-1),
  squeeze: (x) => tf.squeeze(tf.slice(x, [0, 0, 0, 0], [1, -1, -1, -1]), [0]),
  transpose: (x) => x.transpose([3, 0, 2, 1]),
  concat: (x) => tf.concat([x, x], -1),
  stack: (x) => tf.stack([x, x, x], 1),
  unstack: (x) => tf.unstack(x, 1),
  split: (x) => tf.split(x, [1, 3], -1),
  slice: (x) => tf.slice(x, [0, 1, 0, 2], [-1, 2, -1, 2]),
  pad: (x) => tf.pad(x, [[0, 0], [1, 2], [0, 3], [0, 0]]), // biome-ignore format: one row
  tile: (x) => tf.tile(x, [2, 1, 1, 3]),
  gather: (x) => tf.gather(x, tf.tensor2d([[0, 1], [2, 0]], [2, 2], 'int32'), 2), // biome-ignore format: one row
  oneHot: (x) => tf.oneHot(tf.tensor1d([1, 2], 'int32'), x.shape[3]),
  range: () => tf.range(3, 10, 2),
  fill: () => tf.fill([2, 3], 7),
  topk: (x) => Object.values(tf.topk(x, 2)),
  matMul: (x) => tf.matMul(x, x, false, true),
  softmax: (x) => tf.softmax(x),
  convolution: (x) => tf.conv2d(x, tf.ones([3, 3, 4, 5]), 2, 'same'),
  pooling: (x) => tf.maxPool(x, [2, 2], 1, 'valid'),
  resize: (x) => tf.image.resizeBilinear(x, [6, 7]),
  batchNorm: (x) => tf.batchNorm(x, [0, 0, 0, 0], [1, 1, 1, 1]),
};

describe('tracing shapes', () => {
  it.each(Object.keys(operations))('%s has the shape and type that computing gives', (name) => {
    const x = noise<X>([2, 3, 5, 4]);
    const computed = [operations[name]!(x)].flat().map(({ shape, dtype }) => ({ shape, dtype }));
    const { outputs } = traceShapes<{ x: X }>(({ x }) => ({ all: [operations[name]!(x)].flat() }), {
      x: { shape: x.shape, dtype: 'float32' },
    });
    expect((outputs as { all: TensorSpec[] }).all).toEqual(computed);
  });

  it('counts products, a multiplication and an addition each', () => {
    const spec = { a: { shape: [2, 3, 4], dtype: 'float32' }, image: { shape: [1, 8, 8, 3], dtype: 'float32' } };
    const { flops } = traceShapes<{ a: tf.Tensor3D; image: X }>(({ a, image }) => {
      const products = tf.matMul(a, a, true);
      return { products, convolved: tf.conv2d(image, tf.ones([3, 3, 3, 5]), 1, 'same') };
    }, spec);
    expect(flops).toBe(2 * 2 * 4 * 4 * 3 + 2 * 64 * 5 * 27);
  });

  it('keeps the engine, also when the function fails', () => {
    expect(() => traceShapes(() => tf.linspace(0, 1, 3), {})).toThrow('LinSpace');
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.ones([3]).sum().dataSync()[0]).toBe(3);
  });
});
