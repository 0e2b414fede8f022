import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileLines } from '../datasets/file-lines.js';
import { TextDataError } from '../datasets/text-data-error.js';
import { findGlueFiles } from './find-glue-files.js';
import type { GlueSplit, GlueTask, GlueTaskName } from './glue-task.js';
import { glueTasks } from './glue-tasks.js';
import { type GlueExample, type ReadGlueFileOptions, readGlueFile } from './read-glue-file.js';

/** Pairs of Microsoft's training set that GLUE made its development set. */
const DEV_IDS = 'dev_ids.tsv';
const ID_COLUMNS = ['#1 ID', '#2 ID'] as const;

/**
 * Reads a split of a task from the official download, from the hub's parquet files, or from a folder of one's own.
 *
 * @param directory the task's folder, or one that holds it under its official (`SST-2`) or short name (`sst2`)
 * @throws TextDataError, naming file and line
 */
export async function readGlue(
  task: GlueTask | GlueTaskName,
  directory: string,
  split: GlueSplit,
): Promise<GlueExample[]> {
  const known = typeof task === 'string' ? glueTasks[task] : task;
  const examples: GlueExample[] = [];
  const labelled = !split.startsWith('test');
  for (const file of await findGlueFiles(known, directory, split)) {
    const accept = basename(file) === 'msr_paraphrase_train.txt' ? await inGlueSplit(file, split) : undefined;
    const rows = await readGlueFile(known, file, { labelled, firstIndex: examples.length, accept });
    for (const row of rows) examples.push(row);
  }
  return examples;
}

/** Microsoft's paraphrase corpus has one training set, of which GLUE's list takes the development set; without it, all is for training. */
async function inGlueSplit(file: string, split: GlueSplit): Promise<ReadGlueFileOptions['accept']> {
  const folder = dirname(file);
  const hasIds = (await readdir(folder)).includes(DEV_IDS);
  if (!hasIds && split === 'train') return undefined;
  if (!hasIds) {
    throw new TextDataError(
      `expected ${DEV_IDS} beside it, GLUE's list of the pairs that are the dev set, got none`,
      file,
    );
  }
  const ids = new Set<string>();
  for await (const line of fileLines(join(folder, DEV_IDS), { longest: 4096 })) ids.add(line.toString('utf8').trim());
  return (value) => ids.has(ID_COLUMNS.map(value).join('\t')) === (split === 'dev');
}
