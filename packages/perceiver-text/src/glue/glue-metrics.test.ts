import { expect, it } from 'vitest';
import { glueMetrics } from './glue-metrics.js';
import { glueTasks } from './glue-tasks.js';

it('measures with the official metrics', () => {
  const [predictions, labels] = [
    [1, 1, 0, 0, 0, 1],
    [1, 0, 0, 0, 1, 1],
  ] as const;
  expect(glueMetrics('mrpc', predictions, labels)).toEqual({ metrics: { f1: 2 / 3, accuracy: 2 / 3 }, score: 2 / 3 });
  expect(glueMetrics('cola', predictions, labels).score).toBeCloseTo(1 / 3, 14);
  expect(glueMetrics('mnli', [0, 2, 1], [0, 1, 1]).metrics).toEqual({ accuracy: 2 / 3 });
  const { metrics, score } = glueMetrics('stsb', [0, 1, 8], [1, 2, 3]);
  expect(metrics.spearman).toBeCloseTo(1, 14);
  expect(metrics.pearson).toBe(score);
  expect(score).toBeCloseTo(8 / Math.sqrt(2 * 38), 14);
  expect(glueMetrics('stsb', [2, 2, 2], [1, 2, 3]).score).toBeNaN();
});

it("averages eight tasks as Perceiver IO's table does", () => {
  const counted = Object.values(glueTasks).filter(({ inAverage }) => inAverage);
  expect(counted.map(({ name }) => name)).toEqual(['cola', 'sst2', 'mrpc', 'qqp', 'stsb', 'mnli', 'qnli', 'rte']);
  for (const { metric, metrics } of Object.values(glueTasks)) expect(metrics).toContain(metric);
});
