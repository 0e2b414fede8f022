import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { constant } from './constant.js';
import { constantCosine } from './constant-cosine.js';
import { cosine } from './cosine.js';
import { overBudget } from './over-budget.js';
import type { Schedule } from './schedule.js';
import { stepDecay } from './step-decay.js';
import { warmupCosine } from './warmup-cosine.js';
import { warmupLinear } from './warmup-linear.js';

const META = new URL('../../../../../shared/fixtures-baselines/optimizers/meta.json', import.meta.url);

interface Case {
  kind: string;
  steps: number[];
  values: number[];
  [option: string]: unknown;
}

function scheduleOf(config: Case): Schedule {
  const n = (key: string) => config[key] as number;
  const totalSteps = n('total_steps');
  switch (config.kind) {
    case 'warmup_cosine':
      return warmupCosine({
        initial: n('init_value'),
        peak: n('peak_value'),
        warmupSteps: n('warmup_steps'),
        totalSteps,
        end: n('end_value'),
      });
    case 'constant_cosine':
      return constantCosine({
        base: n('base_value'),
        constantFraction: n('constant_fraction'),
        totalSteps,
        end: n('end_value'),
      });
    case 'warmup_linear':
      return warmupLinear({ peak: n('peak_value'), warmupSteps: n('warmup_steps'), totalSteps });
    case 'steps':
      return stepDecay({
        base: n('base_value'),
        totalSteps,
        boundaries: config.boundaries as number[],
        rate: n('decay_rate'),
      });
    default:
      throw new Error(`no schedule for ${config.kind}`);
  }
}

describe.skipIf(!existsSync(META))('schedules of the fixture', () => {
  const cases: Record<string, Case> = existsSync(META) ? JSON.parse(readFileSync(META, 'utf8')).schedules : {};
  test.each(Object.entries(cases))('%s', (_, config) => {
    const schedule = scheduleOf(config);
    config.steps.forEach((step, i) => {
      const expected = config.values[i]!;
      expect(Math.abs(schedule({ step, fraction: 0 }) - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
    });
  });
});

test('cosine starts at base, is half way in the middle and holds the end', () => {
  const schedule = cosine({ base: 4, totalSteps: 10, end: 2 });
  expect([0, 5, 10, 11].map((step) => schedule({ step, fraction: 0 }))).toEqual([4, 3, 2, 2]);
});

test('constant does not change', () => {
  expect(constant(3)({ step: 7, fraction: 0.5 })).toBe(3);
});

test('overBudget follows the share of the budget, not the step', () => {
  const schedule = overBudget(warmupCosine({ peak: 1, warmupSteps: 20, totalSteps: 100 }), 100);
  expect(schedule({ step: 12_345, fraction: 0.1 })).toBeCloseTo(0.5, 12);
  expect(schedule({ step: 3, fraction: 0.2 })).toBe(1);
  expect(schedule({ step: 3, fraction: 1.5 })).toBe(0);
});

test('a warm-up longer than the whole is an error', () => {
  expect(() => warmupCosine({ peak: 1, warmupSteps: 20, totalSteps: 10 })).toThrow(/warmupSteps <= totalSteps/);
});
