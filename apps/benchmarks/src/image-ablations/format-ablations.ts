import { drawTable } from '../draw-table.js';
import type { Ablation } from './ablations.js';
import type { FinishedRun } from './finished-runs.js';

/** An ablation with its runs, one a seed. */
export interface AblationRow {
  readonly ablation: Ablation;
  readonly runs: readonly FinishedRun[];
}

/** The table as Markdown: mean and spread of each row's accuracies over its seeds. */
export function formatAblations(rows: readonly AblationRow[]): string {
  const header = ['positions', 'pixels', 'weights', 'parameters', 'test accuracy', 'training accuracy'];
  const lines = rows.map(({ ablation: { positions, pixels, weights }, runs }) => [
    positions,
    pixels,
    weights,
    runs[0]!.parameters.toLocaleString('en-US'),
    spreadOf(runs.map(({ accuracy }) => accuracy)),
    spreadOf(runs.map(({ trainAccuracy }) => trainAccuracy)),
  ]);
  return drawTable(header, lines, (column) => column >= 3);
}

/** Mean and standard deviation (n - 1) in percent; the deviation of one number is left out. */
export function spreadOf(shares: readonly number[]): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const percent = (share: number) => (100 * share).toFixed(1);
  if (shares.length < 2) return `${percent(mean)}%`;
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  return `${percent(mean)}% ± ${percent(Math.sqrt(squares / (shares.length - 1)))}`;
}
