import { TextDataError } from '../datasets/text-data-error.js';
import type { GlueRow } from './glue-table.js';
import type { GlueTask, GlueTaskName } from './glue-task.js';
import { glueTasks } from './glue-tasks.js';
import { parseIndex, parsePrediction } from './parse-values.js';
import { tsvTable } from './tsv-table.js';

/**
 * Reads predictions in the format of submissions: a header `index`, `prediction`, and a line for each example.
 *
 * @param indices the examples' own numbers, `[n]`
 * @returns class indices or scores in the order of `indices`, `[n]`
 * @throws TextDataError, with file and line: other columns, classes that the task does not have, an index twice, missing or unknown
 */
export async function readGluePredictions(
  task: GlueTask | GlueTaskName,
  path: string,
  indices: readonly number[],
): Promise<Float64Array> {
  const known = typeof task === 'string' ? glueTasks[task] : task;
  const rows = new Map(indices.map((index, row) => [index, row]));
  if (rows.size < indices.length) {
    throw new TextDataError(`expected examples of different indices, got ${indices.length - rows.size} more`, path);
  }
  const predictions = new Float64Array(indices.length).fill(Number.NaN);
  let count = 0;
  const read = ({ line, values }: GlueRow): void => {
    const fail = (problem: string): never => {
      throw new TextDataError(problem, path, line);
    };
    const [index, prediction] = values as [string, string];
    const row = rows.get(parseIndex(index, fail)) ?? fail(`expected an index of the examples, got ${index}`);
    if (!Number.isNaN(predictions[row])) fail(`expected each index once, got ${index} again`);
    predictions[row] = parsePrediction(known, prediction, fail);
    count++;
  };
  const table = await tsvTable(path);
  try {
    if (table.columns.join() !== 'index,prediction') {
      throw new TextDataError(`expected columns index, prediction, got ${table.columns.join(', ')}`, path, 1);
    }
    for await (const block of table.rows) for (const each of block) read(each);
  } finally {
    await table.close();
  }
  if (count < indices.length) {
    const missing = indices[predictions.findIndex(Number.isNaN)];
    throw new TextDataError(`expected ${indices.length} predictions, got ${count}; index ${missing} has none`, path);
  }
  return predictions;
}
