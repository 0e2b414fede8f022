import { expect, it } from 'vitest';
import { optimizerOf, trainingSchema } from './training-settings.js';

const rateAt = (given: object, step: number, fraction: number): number => {
  const settings = trainingSchema.parse({ learningRate: 8, ...given });
  const numbers = optimizerOf(settings).numbers({ step, fraction });
  return Object.entries(numbers).find(([key]) => key.endsWith('.learningRate'))![1];
};

it('warms up for a share of the budget, or for a number of updates', () => {
  // Of 1000 updates: up to the 100th, then half a cosine.
  for (const given of [{ warmup: 0.1 }, { warmupSteps: 100 }]) {
    expect([0, 50, 100, 550, 1000].map((step) => rateAt(given, step, step / 1000))).toEqual(
      [0, 4, 8, 4, 0].map((rate) => expect.closeTo(rate, 9)),
    );
  }
});

it('warms up all through a budget of fewer updates, and not at all for none', () => {
  expect([0, 50, 100].map((step) => rateAt({ warmupSteps: 200 }, step, step / 100))).toEqual([0, 2, 4]);
  expect([0, 50, 100].map((step) => rateAt({ warmupSteps: 0 }, step, step / 100))).toEqual(
    [8, 4, 0].map((rate) => expect.closeTo(rate, 9)),
  );
});
