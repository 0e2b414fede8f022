import { type GlueTaskName, glueTasks } from 'perceiver-text';
import { drawTable } from '../draw-table.js';
import type { GlueQueryRow } from '../glue/glue-query-rows.js';
import { spreadOf } from '../spread-of.js';

/** What the tasks of one seed came to: a figure a task, a share or a correlation. */
export interface QueryFigures {
  readonly tasks: Readonly<Partial<Record<GlueTaskName, number>>>;
  /** Of all training that the row needs. */
  readonly seconds: number;
}

/** A row of the table: one way to tell the model its task. */
export interface QueryRow {
  readonly row: GlueQueryRow;
  /** One a seed. */
  readonly seeds: readonly QueryFigures[];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean over the tasks, each counted once. */
export const averageOf = ({ tasks }: QueryFigures): number => mean(Object.values(tasks));

/** The table as Markdown: means over the seeds in percent, and the averages' spread. */
export function formatGlueQueries(tasks: readonly GlueTaskName[], rows: readonly QueryRow[]): string {
  const header = [
    '',
    ...tasks.map((task) => glueTasks[task].folder),
    'average',
    'seeds',
    'minutes',
    'paper, pre-trained',
  ];
  const lines = rows.map(({ row: { name, average }, seeds }) => {
    const figures =
      seeds.length === 0
        ? [...tasks.map(() => ''), '', '0', '']
        : [
            ...tasks.map((task) => (100 * mean(seeds.map((seed) => seed.tasks[task]!))).toFixed(1)),
            spreadOf(seeds.map(averageOf)),
            String(seeds.length),
            (mean(seeds.map(({ seconds }) => seconds)) / 60).toFixed(1),
          ];
    return [name, ...figures, average.toFixed(1)];
  });
  return drawTable(header, lines, (column) => column >= 1);
}
