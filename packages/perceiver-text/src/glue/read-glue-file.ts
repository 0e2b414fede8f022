import { TextDataError } from '../datasets/text-data-error.js';
import type { GlueTable } from './glue-table.js';
import type { GlueTask, GlueTaskName } from './glue-task.js';
import { glueTasks } from './glue-tasks.js';
import { parquetTable } from './parquet-table.js';
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
  /** Leaves rows out, by their columns. */
  readonly accept?: (value: (column: string) => unknown) => boolean;
}

/** Highest score of STS-B, which begins at 0. */
export const HIGHEST_SCORE = 5;

/**
 * Reads a file of a task: tab-separated without quoting, plain or `.gz`, with the official columns or the hub's names of them; or
 * parquet.
 *
 * @throws TextDataError, with file and line: wrong columns, labels outside the set, no rows, rows of another length
 */
export async function readGlueFile(
  task: GlueTask | GlueTaskName,
  path: string,
  { labelled = false, firstIndex = 0, accept }: ReadGlueFileOptions = {},
): Promise<GlueExample[]> {
  const { columns: layout, labels, ...rest } = typeof task === 'string' ? glueTasks[task] : task;
  const table = path.endsWith('.parquet') ? await parquetTable(path) : await tsvTable(path, layout);
  const texts = layout.texts.map((names) => requiredColumn(table, names));
  const labelColumn = labelled ? requiredColumn(table, layout.label) : findColumn(table, layout.label);
  const indexColumn = findColumn(table, ['index', 'idx', 'id']);
  const examples: GlueExample[] = [];
  let row = firstIndex;
  for await (const { line, values } of table.rows) {
    const fail = (problem: string): never => {
      throw new TextDataError(problem, path, line);
    };
    const index = indexColumn === undefined ? row : parseIndex(values[indexColumn], fail);
    row++;
    if (accept?.((name) => values[table.columns.indexOf(name)]) === false) continue;
    const found = texts.map((column) => {
      const value = values[column];
      return typeof value === 'string' ? value : fail(`expected a text, got ${String(value)}`);
    }) as [string] | [string, string];
    if (labelColumn === undefined) {
      examples.push({ texts: found, index });
      continue;
    }
    const value = values[labelColumn];
    if (isUndecided(value, layout.undecided)) continue;
    // The hub marks what has no label with -1.
    if (!labelled && isNumber(value) && Number(value) === -1) examples.push({ texts: found, index });
    else {
      const label = labels === 'score' ? parseScore(value, fail) : parseClass(value, labels, layout.writes, fail);
      examples.push({ texts: found, label, index });
    }
  }
  if (row === firstIndex) throw new TextDataError(`expected rows of ${rest.folder}, got none below the header`, path);
  return examples;
}

type Fail = (problem: string) => never;

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

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isUndecided(value: unknown, mark: string | undefined): boolean {
  return mark !== undefined && (value === mark || (isNumber(value) && Number(value) === -1));
}

function parseIndex(value: unknown, fail: Fail): number {
  const isDigits = isNumber(value) || (typeof value === 'string' && /^\d{1,15}$/.test(value));
  const index = isDigits ? Number(value) : -1;
  return index >= 0 ? index : fail(`expected an index, got ${excerpt(value)}`);
}

function parseScore(value: unknown, fail: Fail): number {
  const isDecimal = isNumber(value) || (typeof value === 'string' && /^\d+(\.\d*)?$/.test(value));
  const score = isDecimal ? Number(value) : Number.NaN;
  if (score >= 0 && score <= HIGHEST_SCORE) return score;
  return fail(`expected a score from 0 to ${HIGHEST_SCORE}, got ${excerpt(value)}`);
}

function parseClass(value: unknown, labels: readonly string[], writes: string, fail: Fail): number {
  // An index in a file that names its classes would mean an order that nobody states.
  const indices = isNumber(value) || writes === 'indices' ? labels.map((_, index) => `${index}`) : [];
  const index = indices.indexOf(String(value));
  const found = index >= 0 ? index : labels.indexOf(String(value));
  if (found >= 0) return found;
  const expected = indices.length > 0 ? labels.map((name, i) => `${i} (${name})`) : labels;
  return fail(`expected a label of ${expected.join(', ')}, got ${excerpt(value)}`);
}

function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
