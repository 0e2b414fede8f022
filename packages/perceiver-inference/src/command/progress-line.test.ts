import { expect, it } from 'vitest';
import { progressLine } from './progress-line.js';

function record(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  const report = progressLine('estimated', 'tiles', { stderr: { isTTY, write }, now: () => time });
  return { written, report, pass: (minutes: number) => (time += minutes * 60_000) };
}

it('says how far it is, each tenth, and what is left', () => {
  const { written, report, pass } = record(false);
  for (let i = 1; i <= 60; i++) {
    pass(0.25);
    report(i, 60);
  }
  expect(written.length).toBe(10);
  expect(written[0]).toBe('estimated: 10% of 60 tiles, about 14 min left\n');
  expect(written[4]).toBe('estimated: 50% of 60 tiles, about 8 min left\n');
  expect(written[9]).toBe('estimated: 100% of 60 tiles\n');
});

it('begins anew where the count falls back', () => {
  const { written, report, pass } = record(false);
  for (const done of [1, 2, 1, 2]) {
    pass(3);
    report(done, 2);
  }
  const pair = ['estimated: 50% of 2 tiles, about 3 min left\n', 'estimated: 100% of 2 tiles\n'];
  expect(written).toEqual([...pair, ...pair]);
});

it('writes over its line on a terminal', () => {
  const { written, report } = record(true);
  for (let i = 1; i <= 3; i++) report(i, 3);
  expect(written).toEqual([
    '\restimated: 33% of 3 tiles\x1b[K',
    '\restimated: 66% of 3 tiles\x1b[K',
    '\restimated: 100% of 3 tiles\x1b[K\n',
  ]);
});
