import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectLikeCpu, forAll, input, seeds, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

const length = fc.integer({ min: 1, max: 9 });
const cases = fc.tuple(fc.tuple(length, length), fc.tuple(length, length), seeds, fc.boolean());
const operations = { bilinear: tf.image.resizeBilinear, nearest: tf.image.resizeNearestNeighbor };

describe.each(Object.entries(operations))('resize %s', (_, resize) => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
  ])('with alignCorners %s, halfPixelCenters %s', (alignCorners, halfPixelCenters) =>
    forAll(
      cases,
      ([from, to, seed, compiled]) =>
        expectLikeCpu(
          (x) => resize(x as tf.Tensor4D, to, alignCorners, halfPixelCenters),
          [input([2, ...from, 3], {}, seed)],
          // tfjs' cpu gradients know nothing of half pixels, and of squares only.
          { gradients: !halfPixelCenters && from[0] === from[1], compiled },
        ),
      10,
    ),
  );

  it.each([
    [false, false],
    [true, false],
    [false, true],
  ])('has its transpose as gradient: alignCorners %s, halfPixelCenters %s', async (alignCorners, halfPixelCenters) => {
    await tf.setBackend('onnxruntime');
    const [x, dy] = [
      tf.randomUniform([1, 3, 4, 1], 0, 1, 'float32', 1),
      tf.randomUniform([1, 5, 2, 1], 0, 1, 'float32', 2),
    ];
    const operation = (x: tf.Tensor) => resize(x as tf.Tensor4D, [5, 2], alignCorners, halfPixelCenters);
    const [forward] = await operation(x).mul(dy).sum().data();
    const [backward] = await tf.grad(operation)(x, dy).mul(x).sum().data();
    expect(backward).toBeCloseTo(forward!, 5);
  });

  it('keeps NaN where it is', () =>
    expectLikeCpu((x) => resize(x as tf.Tensor4D, [6, 6], false, true), [input([1, 3, 3, 1], { special: true })]));
});
