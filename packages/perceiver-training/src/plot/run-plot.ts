import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunDirectory } from '../run/run-directory.js';
import { lossPlot } from './loss-plot.js';
import type { PlotReference } from './plot-types.js';
import { runCurves, type WholeEvaluations } from './run-curves.js';

export interface RunPlotOptions {
  readonly title: string;
  readonly yLabel: string;
  /** Name of the training figure; `loss` by default. */
  readonly train?: string;
  /** What the training figure is multiplied by; `1 / ln 2` makes bits of nats. */
  readonly trainFactor?: number;
  /** Name of the evaluation's figure. */
  readonly evaluation: string;
  readonly evaluationFactor?: number;
  /** Sets evaluations of all held-out examples apart from quick ones. */
  readonly whole?: WholeEvaluations;
  readonly references?: readonly PlotReference[];
  readonly yDomain?: readonly [number, number];
  readonly legend?: 'top' | 'bottom';
}

/** A plot of a run's training figure and held-out figure over steps, as SVG. */
export async function runPlot(run: Pick<RunDirectory, 'metrics'>, options: RunPlotOptions): Promise<string> {
  const {
    title,
    yLabel,
    train = 'loss',
    trainFactor,
    evaluation,
    evaluationFactor,
    whole,
    references,
    yDomain,
    legend,
  } = options;
  const lines = await run.metrics();
  const curves = [
    ...runCurves(lines, { train, evaluation: '', factor: trainFactor }),
    ...runCurves(lines, { train: '', evaluation, factor: evaluationFactor, whole }).slice(1),
  ];
  return lossPlot({ title, yLabel, curves, references, yDomain, legend });
}

/** Writes {@link runPlot} into the run's folder and gives the file's path. */
export async function writeRunPlot(run: RunDirectory, options: RunPlotOptions, file = 'loss.svg'): Promise<string> {
  const path = join(run.path, file);
  await writeFile(path, await runPlot(run, options));
  return path;
}
