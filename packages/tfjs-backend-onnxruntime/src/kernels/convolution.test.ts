import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectLikeCpu, forAll, input, seeds, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

const small = (min: number, max: number) => fc.integer({ min, max });
const pads = fc.constantFrom<'same' | 'valid' | number>('same', 'valid', 1);

/** Sizes of an image and a window that fits. */
const planes = fc.record({
  batch: small(1, 2),
  height: small(4, 7),
  width: small(4, 7),
  inChannels: small(1, 3),
  outChannels: small(1, 3),
  filter: fc.tuple(small(1, 3), small(1, 3)),
  stride: fc.tuple(small(1, 3), small(1, 3)),
  pad: pads,
  seed: seeds,
  compiled: fc.boolean(),
});

describe('convolutions', () => {
  it('conv2d and both gradients', () =>
    forAll(
      planes,
      ({ batch, height, width, inChannels, outChannels, filter, stride, pad, seed, compiled }) => {
        const x = input([batch, height, width, inChannels], {}, seed);
        const w = input([...filter, inChannels, outChannels], {}, seed + 1);
        return expectLikeCpu((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad), [x, w], {
          gradients: true,
          compiled,
        });
      },
      20,
    ));

  it('conv2d with many channels and both gradients', () =>
    forAll(
      fc.tuple(fc.constantFrom<[number, number]>([3, 3], [1, 1], [7, 7]), fc.constantFrom(1, 2), pads, seeds),
      ([filter, stride, pad, seed]) => {
        const tensors = [input([2, 9, 8, 16], {}, seed), input([...filter, 16, 8], {}, seed + 1)];
        return expectLikeCpu((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad), tensors, {
          gradients: true,
        });
      },
    ));

  it('gradient of a filter from pieces too large to be held at once', async () => {
    await tf.setBackend('onnxruntime');
    const ones = tf.ones([1, 300, 300, 8]) as tf.Tensor4D;
    const gradient = tf.grad((w) => tf.conv2d(ones, w as tf.Tensor4D, 1, 'same'))(tf.ones([5, 5, 8, 1]));
    // Places at which the window's element meets the image.
    const reach = [298, 299, 300, 299, 298];
    const expected = reach.flatMap((rows) => reach.flatMap((columns) => Array(8).fill(rows * columns)));
    expect(Array.from(await gradient.data())).toEqual(expected);
  });

  it('conv2d with dilations, explicit paddings and channels first', async () => {
    const tensors = [input([1, 7, 6, 2]), input([3, 2, 2, 3], {}, 2)];
    const conv = (...rest: unknown[]) =>
      expectLikeCpu((x, w) => (tf.conv2d as (...args: unknown[]) => tf.Tensor)(x, w, ...rest), tensors);
    await conv(1, 'same', 'NHWC', 2);
    await conv(1, 'valid', 'NHWC', [2, 3]);
    await conv(2, [[0, 0], [1, 2], [0, 1], [0, 0]], 'NHWC', 1); // biome-ignore format: one line a case
    await conv([2, 3], 1, 'NHWC', 1, 'ceil');
    const first = [input([2, 2, 7, 6]), input([3, 2, 2, 3], {}, 2)];
    await expectLikeCpu((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same', 'NCHW'), first);
  });

  it('conv2dTranspose', () =>
    forAll(planes, ({ batch, height, width, inChannels, outChannels, filter, stride, seed }) => {
      const tensors = [
        input([batch, Math.ceil(height / stride[0]), Math.ceil(width / stride[1]), inChannels], {}, seed),
        input([...filter, outChannels, inChannels], {}, seed + 1),
      ];
      const shape: [number, number, number, number] = [batch, height, width, outChannels];
      return expectLikeCpu(
        (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, shape, stride, 'same'),
        tensors,
        { gradients: true },
      );
    }));

  it('depthwiseConv2d and both gradients', () =>
    forAll(
      planes,
      ({ batch, height, width, inChannels, outChannels: times, filter, stride, pad, seed, compiled }) => {
        const tensors = [
          input([batch, height, width, inChannels], {}, seed),
          input([...filter, inChannels, times], {}, seed + 1),
        ];
        const conv = (x?: tf.Tensor, w?: tf.Tensor) =>
          tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
        return expectLikeCpu(conv, tensors, { gradients: true, compiled });
      },
      12,
    ));

  it.each(['relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu', 'linear'] as const)(
    'fused with bias and %s',
    async (activation) => {
      const gradients = activation === 'relu' || activation === 'linear';
      for (const [filter, depthwise] of [
        [[3, 3, 2, 4], false],
        [[1, 1, 2, 4], false],
        [[3, 3, 2, 2], true],
      ] as const) {
        const tensors = [input([2, 5, 6, 2]), input(filter, {}, 2), input([4], {}, 3)];
        if (activation === 'prelu') tensors.push(input([4], {}, 4));
        await expectLikeCpu(
          (x, filter, bias, weights) => {
            const fused = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
            return fused({
              x: x as tf.Tensor4D,
              filter: filter as tf.Tensor4D,
              strides: 1,
              pad: 'same',
              bias: bias!,
              activation,
              leakyreluAlpha: 0.3,
              ...(weights === undefined ? {} : { preluActivationWeights: weights }),
            });
          },
          tensors,
          { gradients },
        );
      }
    },
  );

  it('conv1d and separableConv2d', async () => {
    const line = [input([2, 8, 3]), input([3, 3, 2], {}, 2)];
    await expectLikeCpu((x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, 'same'), line, { gradients: true });
    const separable = [input([1, 6, 6, 3]), input([3, 3, 3, 2], {}, 2), input([1, 1, 6, 4], {}, 3)];
    await expectLikeCpu(
      (x, depth, point) => tf.separableConv2d(x as tf.Tensor4D, depth as tf.Tensor4D, point as tf.Tensor4D, 1, 'same'),
      separable,
      { gradients: true },
    );
  });

  it('conv3d and both gradients, and its transpose', async () => {
    await forAll(fc.tuple(fc.constantFrom(1, 2), fc.constantFrom('same', 'valid'), seeds), ([stride, pad, seed]) => {
      const tensors = [input([1, 4, 5, 4, 2], {}, seed), input([2, 3, 2, 2, 3], {}, seed + 1)];
      return expectLikeCpu((x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, stride, pad as 'same'), tensors, {
        gradients: true,
      });
    });
    const tensors = [input([1, 2, 3, 2, 3]), input([2, 2, 2, 2, 3], {}, 2)];
    await expectLikeCpu(
      (x, w) => tf.conv3dTranspose(x as tf.Tensor5D, w as tf.Tensor5D, [1, 4, 6, 4, 2], 2, 'same'),
      tensors,
    );
  });

  it('of an empty batch', () =>
    expectLikeCpu(
      (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
      [input([0, 4, 4, 2]), input([3, 3, 2, 3])],
    ));
});
