import type { MetricsLine } from '../run/metrics-log.js';
import type { PlotCurve } from './plot-types.js';

/** A training and an evaluation curve of one metric from a run's log; `factor` turns nats into bits, for example. */
export function runCurves(
  lines: readonly MetricsLine[],
  { train = 'loss', evaluation = 'loss', factor = 1 }: { train?: string; evaluation?: string; factor?: number } = {},
): PlotCurve[] {
  const pick = (kind: MetricsLine['kind'], metric: string) =>
    lines.flatMap((line): [number, number][] => {
      const value = line[metric];
      return line.kind === kind && typeof value === 'number' ? [[line.step, value * factor]] : [];
    });
  const training = pick('train', train);
  const held = pick('evaluation', evaluation);
  return [
    { label: 'training', points: training, smooth: Math.max(1, Math.round(training.length / 40)) },
    ...(held.length > 0 ? [{ label: 'held-out', points: held }] : []),
  ];
}
