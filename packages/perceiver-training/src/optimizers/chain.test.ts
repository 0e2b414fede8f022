import * as tf from '@tensorflow/tfjs';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, test } from 'vitest';
import { addDecayedWeights } from './add-decayed-weights.js';
import { chain } from './chain.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import { decayMatrices } from './decay-mask.js';
import { optimizerScalars } from './optimizer-scalars.js';
import { scaleByAdam } from './scale-by-adam.js';
import { scaleByMomentum } from './scale-by-momentum.js';
import { scaleBySchedule } from './scale-by-schedule.js';
import { scaleByTrustRatio } from './scale-by-trust-ratio.js';
import type { Transformation } from './transformation.js';

beforeAll(async () => {
  await selectEngine('cpu');
});

/** The change that one step of a chain makes to `[3, 4]` given the gradient `[6, 8]`. */
function change(...transformations: Transformation[]): number[] {
  const optimizer = chain(...transformations);
  const parameters = { w: tf.tensor1d([3, 4]) };
  const scalars = optimizerScalars(optimizer, { step: 0, fraction: 0 });
  const next = optimizer.update({ w: tf.tensor1d([6, 8]) }, optimizer.init(parameters), parameters, scalars);
  return Array.from(parameters.w.sub(next.parameters.w!).dataSync());
}

describe('transformations by themselves', () => {
  test.each<[string, Transformation[], number[]]>([
    ['nothing', [], [6, 8]],
    ['exact clip', [clipByGlobalNorm(5)], [3, 4]],
    ['exact clip below the limit', [clipByGlobalNorm(20)], [6, 8]],
    ["torch's clip", [clipByGlobalNorm(1000, { variant: 'torch' })], [6, 8]],
    ['decay', [addDecayedWeights(0.5)], [7.5, 10]],
    ['decay of matrices only', [addDecayedWeights(0.5, { mask: decayMatrices })], [6, 8]],
    ['schedule', [scaleBySchedule(({ step }) => step + 0.5)], [3, 4]],
    ['trust ratio', [scaleByTrustRatio()], [3, 4]],
    ['clip after the schedule', [scaleBySchedule(10), clipByGlobalNorm(5)], [3, 4]],
    ['momentum, first step', [scaleByMomentum(0.9)], [6, 8]],
    ['nesterov, first step', [scaleByMomentum(0.5, { nesterov: true })], [9, 12]],
    ['adam, first step', [scaleByAdam({ eps: 0 })], [1, 1]],
  ])('%s', (_, transformations, expected) => {
    change(...transformations).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });
});

test("torch's clip divides by norm + 1e-6, the exact one by the norm", () => {
  const factor = (variant: 'exact' | 'torch') =>
    (clipByGlobalNorm(1e-6, { variant }).factor(tf.scalar(3e-6)) as tf.Scalar).dataSync()[0]!;
  expect(factor('torch')).toBeCloseTo(1 / 4, 6);
  expect(factor('exact')).toBeCloseTo(1 / 3, 6);
});

test('a moment that two transformations would keep is an error', () => {
  expect(() => chain(scaleByAdam(), scaleByAdam())).toThrow(/expected each moment once.*firstMoment/);
});

test('groups keep parameters apart that are treated differently', () => {
  const { group } = chain(scaleByAdam(), addDecayedWeights(0.1, { mask: decayMatrices }), scaleBySchedule(1));
  expect(group({ name: 'w', shape: [2, 2] })).toBe('decayed');
  expect(group({ name: 'b', shape: [2] })).toBe('undecayed');
  expect(chain(scaleByAdam()).group({ name: 'w', shape: [2] })).toBe('all');
});
