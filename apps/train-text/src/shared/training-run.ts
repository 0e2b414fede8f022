import * as tf from '@tensorflow/tfjs';
import { type Batch, type Budget, type TrainOptions, type TrainResult, train } from 'perceiver-training';
import {
  type CommandContext,
  lastCheckpoint,
  openRunDirectory,
  optimizerOf,
  type RunDirectory,
  type RunPlotOptions,
  reportStopped,
  type TrainingSettings,
  writeRunPlot,
} from 'perceiver-training/node';
import { trainTextCommand } from './commands.js';

/** Where a run's files are. */
export interface SavedRun {
  readonly out: string;
  readonly checkpoint: string;
  readonly plot: string;
}

/** What is said at a run's end. */
export interface RunEnd {
  readonly plot: RunPlotOptions;
  /** Where things are and what to do with them, for people. */
  readonly next: (saved: SavedRun) => string;
  /** More about the files, for `--json`. */
  readonly record?: Readonly<Record<string, string>>;
}

export interface TrainingRun<B extends Batch>
  extends Pick<TrainOptions<B>, 'loss' | 'data' | 'averageDecay' | 'evaluation'> {
  /** Name of the subcommand. */
  readonly command: string;
  readonly training: TrainingSettings;
  readonly budget: Budget;
  /** Written into every checkpoint. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Initial values, made once the run's folder is there. */
  readonly parameters: () => TrainOptions<B>['parameters'];
  /** After the last step: measures, prints, and says what goes into the plot. */
  readonly end: (result: TrainResult, run: RunDirectory) => Promise<RunEnd>;
  /** Releases what the run needed, however it ended. */
  readonly close: () => Promise<void>;
}

/** Trains in a run directory. A run that was stopped says how to go on; one at its end is measured, plotted, and says where it is. */
export async function trainingRun<B extends Batch>(
  { options, resolved, progress, print, signal }: CommandContext<unknown>,
  { command, training, budget, files, parameters, loss, data, averageDecay, evaluation, end, close }: TrainingRun<B>,
): Promise<void> {
  const { seed, out, resume } = options;
  let run: RunDirectory | undefined;
  let result: TrainResult | undefined;
  try {
    run = await openRunDirectory(out, { config: resolved, resume, files });
    result = await train({
      loss,
      parameters: parameters(),
      optimizer: optimizerOf(training),
      data,
      budget,
      accumulate: training.accumulate,
      averageDecay,
      seed,
      checkpoint: { everySeconds: training.checkpointSeconds },
      evaluation,
      recorders: [progress, run.recorder],
      resume: run.resume,
      signal,
    });
    progress.close();
    if (result.stopped === 'signal') {
      reportStopped(`${trainTextCommand()} ${command}`, result, { options, print });
      return;
    }
    const { plot: plotOptions, next, record } = await end(result, run);
    const plot = await writeRunPlot(run, plotOptions);
    const checkpoint = await lastCheckpoint(run);
    print(next({ out, checkpoint, plot }), { event: 'saved', out, checkpoint, plot, ...record });
  } finally {
    await close();
    await run?.close();
    tf.dispose([result?.parameters ?? {}, result?.averaged ?? {}]);
  }
}
