import { drawTable } from '../draw-table.js';
import { spreadOf } from '../spread-of.js';
import type { Ablation } from './ablations.js';
import type { AblationFigures } from './train-ablation.js';

/** An ablation with the figures of its runs, one a seed. */
export interface AblationRow {
  readonly ablation: Ablation;
  readonly runs: readonly AblationFigures[];
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
