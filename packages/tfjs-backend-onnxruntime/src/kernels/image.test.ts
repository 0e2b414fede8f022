import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectLikeCpu, forAll, input, seeds, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

const methods = fc.constantFrom<'bilinear' | 'nearest'>('bilinear', 'nearest');

describe('image kernels', () => {
  it('cropAndResize', () =>
    forAll(
      fc.tuple(methods, fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), seeds),
      ([method, size, seed]) => {
        const boxes = input([3, 4], { low: -0.2, high: 1.2 }, seed);
        const owners = { shape: [3], dtype: 'int32' as const, values: [1, 0, 1] };
        return expectLikeCpu(
          (x, boxes, owners) =>
            tf.image.cropAndResize(x as tf.Tensor4D, boxes as tf.Tensor2D, owners as tf.Tensor1D, size, method, -1),
          [input([2, 5, 6, 3], {}, seed), boxes, owners],
        );
      },
      10,
    ));

  it('flipLeftRight and rotateWithOffset', async () => {
    const x = input([2, 5, 6, 4], { low: 0, high: 255 });
    await expectLikeCpu((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [x]);
    for (const [angle, fill, center] of [
      [0.7, 0, 0.5],
      [-2, [10, 20, 30], [0.2, 0.9]],
    ] as const) {
      await expectLikeCpu(
        (x) => tf.image.rotateWithOffset(x as tf.Tensor4D, angle, fill as number, center as number),
        [x],
      );
    }
  });

  it.each(['constant', 'reflect', 'wrap', 'nearest'] as const)('transform, filled with %s', (mode) =>
    forAll(
      fc.tuple(methods, seeds),
      ([method, seed]) => {
        const transforms = input([1, 8], { low: -1.5, high: 1.5 }, seed);
        for (const i of [6, 7]) transforms.values[i]! *= 0.05;
        return expectLikeCpu(
          (x, t) => tf.image.transform(x as tf.Tensor4D, t as tf.Tensor2D, method, mode, 0.5, [4, 7]),
          [input([1, 5, 6, 2], {}, seed), transforms],
          { tolerance: 1e-4 },
        );
      },
      8,
    ),
  );

  it('transform of several images, which tfjs fills from the second on', async () => {
    await tf.setBackend('onnxruntime');
    const images = tf.range(0, 8).reshape([2, 2, 2, 1]) as tf.Tensor4D;
    const still = [1, 0, 0, 0, 1, 0, 0, 0];
    const shifted = [1, 0, 1, 0, 1, 0, 0, 0];
    const moved = tf.image.transform(images, tf.tensor2d([still, shifted]), 'nearest', 'constant', -1);
    expect(Array.from(await moved.data())).toEqual([0, 1, 2, 3, 5, -1, 7, -1]);
    const same = tf.image.transform(images, tf.tensor2d([still]), 'bilinear', 'nearest');
    expect(Array.from(await same.data())).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
