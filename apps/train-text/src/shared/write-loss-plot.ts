import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lossPlot, type PlotReference, type RunDirectory, runCurves } from 'perceiver-training/node';

export interface LossPlotSettings {
  readonly title: string;
  /** Name of the evaluation's figure in bits. */
  readonly evaluation: string;
  readonly yLabel: string;
  readonly references?: readonly PlotReference[];
}

/** Draws the training loss in bits and the held-out figure over steps into `loss.svg` and gives its path. */
export async function writeLossPlot(run: RunDirectory, settings: LossPlotSettings): Promise<string> {
  const { title, evaluation, yLabel, references } = settings;
  const lines = await run.metrics();
  const curves = [
    ...runCurves(lines, { evaluation: '', factor: 1 / Math.LN2 }),
    ...runCurves(lines, { train: '', evaluation }).slice(1),
  ];
  const path = join(run.path, 'loss.svg');
  await writeFile(path, lossPlot({ title, yLabel, curves, references }));
  return path;
}
