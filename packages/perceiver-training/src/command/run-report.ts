import type { RunDirectory } from '../run/run-directory.js';
import type { TrainResult } from '../trainer/train.js';
import type { Recorder } from '../trainer/train-options.js';
import { quote } from './quote.js';
import type { CommandContext } from './training-command.js';

/**
 * Says that a run was interrupted, and how to go on with it.
 *
 * @param command how the user starts the command, such as `train-text clm`
 */
export function reportStopped(
  command: string,
  { step }: TrainResult,
  { print, options }: Pick<CommandContext<unknown>, 'print' | 'options'>,
): void {
  const { out } = options;
  print(`Stopped at step ${step} and saved. To go on:\n  ${command} --resume ${quote(out)}`, {
    event: 'stopped',
    step,
    out,
  });
}

/** Records what was measured on all held-out data after the last step, as the last point of the curve. */
export async function recordFinal(
  recorder: Recorder,
  { step, seconds }: TrainResult,
  metrics: Record<string, number>,
): Promise<void> {
  await recorder.onEvaluation?.({ step, seconds, metrics, best: false });
}

/** Where the run's files are. */
export function savedLines(out: string, checkpoint: string, plot: string): string[] {
  return [
    '',
    'Saved:',
    `  ${checkpoint}  (model.safetensors, config.json)`,
    `  ${plot}  (the loss)`,
    `  ${out}  (config.json, metrics.jsonl, TensorBoard events)`,
  ];
}

/** The run's last checkpoint. */
export async function lastCheckpoint(run: RunDirectory): Promise<string> {
  return (await run.checkpoints()).at(-1)!;
}
