import { TextDataError } from '../datasets/text-data-error.js';
import type { GlueRow, GlueTable } from './glue-table.js';
import type { GlueTask, GlueTaskName } from './glue-task.js';
import { glueTasks } from './glue-tasks.js';
import { parquetTable } from './parquet-table.js';
import { isNumber, parseIndex, parseLabel } from './parse-values.js';
import { tsvTable } from './tsv-table.js';

/** An example of a task. */
export interface GlueExample {
  readonly texts: readonly [string] | readonly [string, string];
  /** Index of the class in the task's `labels`, or the score. Official test sets have none. */
  readonly label?: number;
  /** The file's own number of the example, otherwise its row, from 0. Submissions name it. */
  readonly index: number;
}

export interface ReadGlueFileOptions {
  /** Whether every example must have its label; false by default. */
  readonly labelled?: boolean;
  /** Row number that the file begins with, where it has no numbers of its own; 0 by default. */
  readonly firstIndex?: number;
  /** More rows than this are an error; 10 million by default. */
  readonly maxRows?: number;
  /** Leaves rows out, by their columns. */
  readonly accept?: (value: (column: string) => unknown) => boolean;
}

/**
 * Reads a file of a task: tab-separated without quoting, plain or `.gz`, with the official columns or the hub's names of them; or
 * parquet.
 *
 * @throws TextDataError, with file and line: wrong columns, labels outside the set, no rows, rows of another length
 */
export async function readGlueFile(
  task: GlueTask | GlueTaskName,
  path: string,
  { labelled = false, firstIndex = 0, maxRows = 10_000_000, accept }: ReadGlueFileOptions = {},
): Promise<GlueExample[]> {
  const known = typeof task === 'string' ? glueTasks[task] : task;
  const layout = known.columns;
  const table = path.endsWith('.parquet') ? await parquetTable(path) : await tsvTable(path, layout);
  const examples: GlueExample[] = [];
  let row = firstIndex;
  try {
    const texts = layout.texts.map((names) => requiredColumn(table, names));
    const labelColumn = labelled ? requiredColumn(table, layout.label) : findColumn(table, layout.label);
    const indexColumn = findColumn(table, ['index', 'idx', 'id']);
    const read = ({ line, values }: GlueRow): void => {
      const fail = (problem: string): never => {
        throw new TextDataError(problem, path, line);
      };
      const index = indexColumn === undefined ? row : parseIndex(values[indexColumn], fail);
      if (++row - firstIndex > maxRows) fail(`expected at most ${maxRows} rows, got more`);
      if (accept?.((name) => values[table.columns.indexOf(name)]) === false) return;
      const found = texts.map((column) => {
        const value = values[column];
        return typeof value === 'string' ? value : fail(`expected a text, got ${String(value)}`);
      }) as [string] | [string, string];
      const value = labelColumn === undefined ? undefined : values[labelColumn];
      if (isUndecided(value, layout.undecided)) return;
      // The hub marks what has no label with -1.
      const hasNone = labelColumn === undefined || (!labelled && isNumber(value) && Number(value) === -1);
      examples.push(hasNone ? { texts: found, index } : { texts: found, label: parseLabel(known, value, fail), index });
    };
    for await (const block of table.rows) for (const each of block) read(each);
  } finally {
    await table.close();
  }
  if (row === firstIndex) throw new TextDataError(`expected rows of ${known.folder}, got none below the header`, path);
  return examples;
}

function findColumn({ columns }: GlueTable, names: readonly string[]): number | undefined {
  const name = names.find((candidate) => columns.includes(candidate));
  return name === undefined ? undefined : columns.indexOf(name);
}

function requiredColumn(table: GlueTable, names: readonly string[]): number {
  const column = findColumn(table, names);
  if (column !== undefined) return column;
  const expected = names.map((name) => `"${name}"`).join(' or ');
  throw new TextDataError(`expected a column ${expected}, got ${table.columns.join(', ')}`, table.file, 1);
}

function isUndecided(value: unknown, mark: string | undefined): boolean {
  return mark !== undefined && (value === mark || (isNumber(value) && Number(value) === -1));
}
