import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TextDataError } from '../datasets/text-data-error.js';
import type { GlueSplit, GlueTask } from './glue-task.js';

/** Names of a split's files without their endings: official, of a sample (`.subset`), of the hub, of Microsoft. The first found is read. */
const STEMS: Readonly<Record<GlueSplit, readonly string[]>> = {
  train: ['train', 'train.subset'],
  dev: ['dev', 'dev.subset', 'validation'],
  test: ['test'],
  dev_matched: ['dev_matched', 'validation_matched'],
  dev_mismatched: ['dev_mismatched', 'validation_mismatched'],
  test_matched: ['test_matched'],
  test_mismatched: ['test_mismatched'],
};

/** MNLI has no set of this plain name; a folder of one's own may, and otherwise the matched one is meant. */
const PLAIN: Readonly<Partial<Record<GlueSplit, GlueSplit>>> = { dev: 'dev_matched', test: 'test_matched' };

const MICROSOFT: Readonly<Partial<Record<GlueSplit, string>>> = {
  train: 'msr_paraphrase_train.txt',
  dev: 'msr_paraphrase_train.txt',
  test: 'msr_paraphrase_test.txt',
};

/**
 * The files of a split, in order: one tab-separated file, plain or `.gz`, or one or several parquet files as the hub names them
 * (`train-00000-of-00001.parquet`). The directory is the task's own, or holds a folder for it (`SST-2` or `sst2`).
 *
 * @throws TextDataError when there is none, or a part of several is missing
 */
export async function findGlueFiles(task: GlueTask, directory: string, split: GlueSplit): Promise<string[]> {
  const folder = await taskFolder(task, directory);
  const names = await readdir(folder);
  const stems = [...STEMS[split], ...(task.name === 'mnli' && PLAIN[split] ? STEMS[PLAIN[split]] : [])];
  for (const stem of stems) {
    const found = [`${stem}.tsv`, `${stem}.tsv.gz`, `${stem}.parquet`].find((name) => names.includes(name));
    if (found !== undefined) return [join(folder, found)];
    const parts = findParts(stem, names, folder);
    if (parts.length > 0) return parts;
  }
  const microsoft = MICROSOFT[split];
  if (task.name === 'mrpc' && microsoft !== undefined && names.includes(microsoft)) return [join(folder, microsoft)];
  const expected = stems.map((stem) => `${stem}.tsv`).join(', ');
  const got = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ...` : names.join(', ');
  throw new TextDataError(
    `expected the ${split} set of ${task.folder}, a file named ${expected} or ${stems.at(-1)}-00000-of-00001.parquet, got ${got || 'an empty folder'}`,
    folder,
  );
}

async function taskFolder(task: GlueTask, directory: string): Promise<string> {
  for (const folder of [join(directory, task.folder), join(directory, task.name), directory]) {
    const info = await stat(folder).catch(() => undefined);
    if (info?.isDirectory()) return folder;
  }
  throw new TextDataError(`expected a folder with the data of ${task.folder}, found none`, directory);
}

function findParts(stem: string, names: readonly string[], folder: string): string[] {
  const parts = names
    .map((name) => ({ name, match: /^(.+)-(\d{5})-of-(\d{5})\.parquet$/.exec(name) }))
    .filter(({ match }) => match?.[1] === stem)
    .map(({ name, match }) => ({ name, index: Number(match![2]), count: Number(match![3]) }))
    .sort((a, b) => a.index - b.index);
  const count = parts[0]?.count ?? 0;
  if (
    parts.some(({ index, count: other }, position) => index !== position || other !== count) ||
    parts.length !== count
  ) {
    const got = parts.map(({ name }) => name).join(', ');
    throw new TextDataError(`expected all ${count} parts of ${stem}, got ${got}`, folder);
  }
  return parts.map(({ name }) => join(folder, name));
}
