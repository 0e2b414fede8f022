import * as tf from '@tensorflow/tfjs';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { expect, it } from 'vitest';
import { spaceToDepth } from './space-to-depth.js';

it('lays squares on the channel axis, row, column, colour', async () => {
  await selectEngine('cpu');
  const frames = tf.range(0, 2 * 4 * 6 * 3).reshape<tf.Tensor5D>([1, 2, 4, 6, 3]);
  const patches = spaceToDepth(frames, 2);
  expect(patches.shape).toEqual([1, 2 * 2 * 3, 12]);
  // The second frame's second row of squares, third column: rows 2 and 3, columns 4 and 5.
  const pixel = (row: number, column: number) => [0, 1, 2].map((colour) => ((4 + row) * 6 + column) * 3 + colour);
  expect(patches.arraySync()[0]![11]).toEqual([...pixel(2, 4), ...pixel(2, 5), ...pixel(3, 4), ...pixel(3, 5)]);
});

it('needs whole squares', async () => {
  await selectEngine('cpu');
  expect(() => spaceToDepth(tf.zeros([1, 1, 4, 6, 3]), 4)).toThrow('divisible by the patch size 4, got 4 x 6');
});
