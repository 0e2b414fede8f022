import type { MetricsLine } from '../run/metrics-log.js';
import type { PlotCurve } from './plot-types.js';

/** Evaluations of all held-out examples among quick ones of some of them: the two must not be joined by a line. */
export interface WholeEvaluations {
  /** The logged figure that says how many examples an evaluation had. */
  readonly count: string;
  /** How many all are. */
  readonly of: number;
  /** What the quick ones are called, and those of all. */
  readonly partLabel: string;
  readonly label: string;
}

/** A training and an evaluation curve of one metric from a run's log; `factor` turns nats into bits, for example. */
export function runCurves(
  lines: readonly MetricsLine[],
  {
    train = 'loss',
    evaluation = 'loss',
    factor = 1,
    whole,
  }: { train?: string; evaluation?: string; factor?: number; whole?: WholeEvaluations } = {},
): PlotCurve[] {
  const pick = (kind: MetricsLine['kind'], metric: string, isWanted: (line: MetricsLine) => boolean = () => true) =>
    lines.flatMap((line): [number, number][] => {
      const value = line[metric];
      return line.kind === kind && typeof value === 'number' && isWanted(line) ? [[line.step, value * factor]] : [];
    });
  const training = pick('train', train);
  const isWhole = (line: MetricsLine) => whole === undefined || line[whole.count] === whole.of;
  const held = pick('evaluation', evaluation, isWhole);
  const part = pick('evaluation', evaluation, (line) => !isWhole(line));
  return [
    { label: 'training', points: training, smooth: Math.max(1, Math.round(training.length / 40)) },
    ...(part.length > 0 ? [{ label: whole!.partLabel, points: part }] : []),
    // Where all evaluations were of all examples, they are a curve like any other.
    ...(held.length > 0 ? [{ label: whole?.label ?? 'held-out', points: held, marks: part.length > 0 }] : []),
  ];
}
