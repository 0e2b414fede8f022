import { expect, test } from 'vitest';
import { lossPlot } from './loss-plot.js';
import { runCurves } from './run-curves.js';
import { runningMean } from './running-mean.js';
import { spread } from './spread.js';

const falling = Array.from({ length: 100 }, (_, i): [number, number] => [i, 5 / (1 + i / 10)]);

test('a plot holds its curves, references, axes and legend', () => {
  const svg = lossPlot({
    title: 'a < b',
    yLabel: 'bits per byte',
    curves: [{ label: 'training', points: falling, smooth: 9 }],
    references: [{ label: 'trigram 2.96', value: 2.96 }],
  });
  for (const part of ['a &lt; b', 'bits per byte', 'trigram 2.96', 'training (', '>step<']) expect(svg).toContain(part);
  expect(svg.match(/<path /g)).toHaveLength(2);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('a logarithmic plot leaves out what has no logarithm; one point is enough; none is an error', () => {
  const svg = lossPlot({
    yScale: 'log',
    curves: [
      {
        label: 'a',
        points: [
          [0, 0],
          [1, Number.NaN],
          [2, 3],
        ],
      },
    ],
  });
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(svg.match(/<circle /g)).toHaveLength(1);
  expect(() => lossPlot({ curves: [{ label: 'a', points: [[0, Number.NaN]] }] })).toThrow(/at least one finite point/);
});

test('labels are moved apart, within the limits', () => {
  expect(spread([10, 12, 50], 10, [0, 100])).toEqual([10, 20, 50]);
  expect(spread([95, 96, 20], 10, [0, 100])).toEqual([90, 100, 20]);
});

test('a running mean of a line is the line', () => {
  const points = Array.from({ length: 10 }, (_, i): [number, number] => [i, 2 * i]);
  expect(runningMean(points, 3).slice(1, -1)).toEqual(points.slice(1, -1));
  expect(runningMean(points, 1)).toEqual(points);
});

test('curves of a log', () => {
  const curves = runCurves(
    [
      { kind: 'train', step: 1, seconds: 0, loss: 2 },
      { kind: 'evaluation', step: 1, seconds: 0, loss: 3 },
    ],
    { factor: 2 },
  );
  expect(curves.map(({ label, points }) => [label, points])).toEqual([
    ['training', [[1, 4]]],
    ['held-out', [[1, 6]]],
  ]);
});

test('evaluations of all examples are marks of their own among quick ones', () => {
  const line = (step: number, loss: number, count: number) =>
    ({ kind: 'evaluation', step, seconds: 0, loss, count }) as const;
  const whole = { count: 'count', of: 10, partLabel: 'some', label: 'all' };
  const curves = runCurves([line(1, 3, 4), line(2, 2, 4), line(2, 2.5, 10)], { whole });
  expect(curves.slice(1)).toEqual([
    { label: 'some', points: [[1, 3], [2, 2]] }, // biome-ignore format: points
    { label: 'all', points: [[2, 2.5]], marks: true },
  ]);
  // The mark is not joined to the quick ones' line.
  const svg = lossPlot({ curves });
  expect(svg.match(/<path [^>]*d="M[^"]*"/g)).toHaveLength(1);
  expect(svg.match(/<circle [^>]*r="5"/g)).toHaveLength(2);
  // Where all evaluations are of all, there is one curve.
  expect(runCurves([line(1, 3, 10), line(2, 2, 10)], { whole }).slice(1)).toMatchObject([
    { label: 'all', marks: false },
  ]);
});
