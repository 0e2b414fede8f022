import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { selectEngine } from '../select-engine.js';

beforeAll(() => selectEngine('cpu'));

/** The definition, in float64. */
function expected(x: tf.Tensor4D, filter: tf.Tensor4D, stride: number, pad: number, dilation: number): number[] {
  const [pixels, weights] = [x.arraySync(), filter.arraySync()];
  const [batch, height, width, channels] = x.shape;
  const [rows, columns, , outChannels] = filter.shape;
  const along = (size: number, window: number) =>
    Math.floor((size + 2 * pad - dilation * (window - 1) - 1) / stride) + 1;
  const results: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let y = 0; y < along(height, rows); y++)
      for (let z = 0; z < along(width, columns); z++)
        for (let out = 0; out < outChannels; out++) {
          let sum = 0;
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++)
              for (let c = 0; c < channels; c++) {
                const value = pixels[b]![y * stride - pad + i * dilation]?.[z * stride - pad + j * dilation]?.[c] ?? 0;
                sum += value * weights[i]![j]![c]![out]!;
              }
          results.push(sum);
        }
  return results;
}

test.each([
  { shape: [2, 7, 5, 3], window: [3, 3], stride: 1, pad: 1, dilation: 1 },
  { shape: [1, 8, 9, 2], window: [5, 5], stride: 2, pad: 3, dilation: 1 },
  { shape: [1, 9, 9, 2], window: [3, 3], stride: 1, pad: 2, dilation: 2 },
  { shape: [2, 6, 6, 4], window: [1, 1], stride: 2, pad: 0, dilation: 1 },
])(
  'a convolution on cpu is the definition: $shape, window $window, stride $stride, dilation $dilation',
  ({ shape, window, stride, pad, dilation }) => {
    const x = tf.randomNormal<tf.Rank.R4>(shape as [number, number, number, number], 0, 1, 'float32', 1);
    const filter = tf.randomNormal<tf.Rank.R4>([window[0]!, window[1]!, shape[3]!, 3], 0, 1, 'float32', 2);
    const actual = [...tf.conv2d(x, filter, stride, pad, 'NHWC', dilation).dataSync()];
    expect(actual).toEqual(expected(x, filter, stride, pad, dilation).map(Math.fround));
  },
);

test('many products are summed without losing digits', () => {
  const x = tf.fill<tf.Rank.R4>([1, 1, 1, 100_000], 0.1);
  const filter = tf.ones<tf.Rank.R4>([1, 1, 100_000, 1]);
  expect(tf.conv2d(x, filter, 1, 0).dataSync()[0]).toBe(Math.fround(100_000 * Math.fround(0.1)));
});
