import { drawTable } from '../draw-table.js';
import type { FinishedRun } from '../finished-runs/finished-runs.js';

/** A row of the table: the runs of one ingredient. */
export interface IngredientRow {
  readonly name: string;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly runs: readonly FinishedRun[];
}

const accuraciesOf = (runs: readonly FinishedRun[]) => runs.map(({ figures }) => figures.accuracy!);
const points = (share: number) => (100 * share).toFixed(1);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Accuracies by ingredient as Markdown: mean, least and greatest over the seeds, and the distance to the first row's mean. */
export function formatIngredients(rows: readonly IngredientRow[]): string {
  const reference = meanOf(rows[0]);
  const lines = rows.map(({ name, settings: { 'training.steps': steps, ...settings }, runs }) => {
    const accuracies = accuraciesOf(runs);
    const own = mean(accuracies);
    const away = reference === undefined ? Number.NaN : own - reference;
    const figures =
      runs.length === 0
        ? ['', '', '', '']
        : [
            points(own),
            `${points(Math.min(...accuracies))} to ${points(Math.max(...accuracies))}`,
            Number.isNaN(away) ? '' : `${away < 0 ? '' : '+'}${points(away)}`,
            (mean(runs.map(({ figures }) => figures.seconds!)) / 60).toFixed(1),
          ];
    const changed = Object.entries(settings)
      .map(([setting, value]) => `\`${setting} ${value}\``)
      .join(', ');
    return [name, changed, String(steps), String(runs.length), ...figures];
  });
  const header = ['', 'differs in', 'steps', 'seeds', 'mean', 'least to greatest', 'against all', 'minutes'];
  return drawTable(header, lines, (column) => column >= 2);
}

function meanOf(row: IngredientRow | undefined): number | undefined {
  return row === undefined || row.runs.length === 0 ? undefined : mean(accuraciesOf(row.runs));
}
