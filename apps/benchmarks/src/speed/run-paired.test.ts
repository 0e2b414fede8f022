import { describe, expect, test } from 'vitest';
import { BenchmarkError } from './benchmark.js';
import { formatTable } from './format-table.js';
import { median } from './median.js';
import { checkAgreement, pairedRows, type Round } from './run-paired.js';

const process = (seconds: number[] | undefined, megabytes: number, secondsToReport = 9) => ({
  report: { ...(seconds && { seconds }), peakBytes: megabytes * 1e6 },
  secondsToReport,
});

describe('pairedRows', () => {
  const rounds: Round[] = [
    { ours: process([1, 3, 2], 100), peer: process([4], 200), load: 0 },
    { ours: process([9], 100), peer: process([9], 400), load: 9 },
    { ours: process([3], 300), peer: process([4], 200), load: 0 },
  ];
  test('takes medians within a process, over the rounds, and of the ratios of pairs', () => {
    const [time, memory] = pairedRows('x', rounds, { time: 0.7, memory: 0.5 });
    expect(time).toMatchObject({ measure: 'time', ours: 3, peer: 4, ratio: 0.75, bar: 0.7 });
    expect(memory).toMatchObject({ measure: 'peak memory', ours: 100, peer: 200, ratio: 0.5, bar: 0.5 });
  });
  test('measures the time to the answer of processes that repeat nothing', () => {
    const once = [{ ours: process(undefined, 1, 3), peer: process(undefined, 1, 6), load: 0 }];
    expect(pairedRows('x', once, { time: 1 })[0]).toMatchObject({ ours: 3, peer: 6, ratio: 0.5 });
  });
  test('the table says which bars were reached, and nothing where there is none', () => {
    const table = formatTable([
      ...pairedRows('a', rounds, { time: 0.7, memory: 0.5 }),
      ...pairedRows('b', rounds, { time: 1 }),
    ]);
    const reached = table.split('\n').map((line) => line.split('|').at(-2)!.trim());
    expect(reached).toEqual(['reached', '-------', 'no', 'yes', 'yes', '']);
    expect(table).toContain('0.75');
  });
});

describe('median', () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])('%j', (values, expected) => expect(median(values)).toBe(expected));
  test('of nothing', () => expect(() => median([])).toThrow(RangeError));
});

describe('checkAgreement', () => {
  const report = (...check: number[]) => ({ peakBytes: 1, check });
  test('passes what is near and fails what is not', () => {
    checkAgreement('x', report(1, 2.0001), report(1, 2), 1e-3);
    expect(() => checkAgreement('x', report(1, 2.01), report(1, 2), 1e-3)).toThrow(BenchmarkError);
  });
  test('fails on NaN, other lengths, and nothing to compare', () => {
    expect(() => checkAgreement('x', report(Number.NaN), report(1), 1)).toThrow(BenchmarkError);
    expect(() => checkAgreement('x', report(1), report(1, 1), 1)).toThrow(/got 1 and 2/);
    expect(() => checkAgreement('x', report(), report(), 1)).toThrow(BenchmarkError);
  });
});
