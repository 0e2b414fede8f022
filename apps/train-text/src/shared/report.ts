import type { Recorder, TrainResult } from 'perceiver-training';
import type { CommandContext, RunDirectory } from 'perceiver-training/node';
import { quote, trainTextCommand } from './commands.js';

/** Says that a run was interrupted, and how to go on with it. */
export function reportStopped(
  command: string,
  { step }: TrainResult,
  { print, options }: CommandContext<unknown>,
): void {
  const { out } = options;
  print(`Stopped at step ${step} and saved. To go on:\n  ${trainTextCommand()} ${command} --resume ${quote(out)}`, {
    event: 'stopped',
    step,
    out,
  });
}

/** Records what was measured on all held-out text after the last step, as the last point of the curve. */
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
