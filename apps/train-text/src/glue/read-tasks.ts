import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  GLUE_TASK_NAMES,
  type GlueExample,
  type GlueSplit,
  type GlueTaskName,
  glueTasks,
  readGlue,
  TextDataError,
} from 'perceiver-text';
import { UsageError } from 'perceiver-training/node';
import type { GlueSettings } from './config.js';

/** A development set. */
export interface DevelopmentSet {
  readonly task: GlueTaskName;
  readonly split: GlueSplit;
  readonly examples: readonly GlueExample[];
}

/** A task's examples. MNLI has two development sets. */
export interface TaskData {
  readonly task: GlueTaskName;
  readonly train: readonly GlueExample[];
  readonly development: readonly DevelopmentSet[];
  /** Unlabelled sets of the official download; none where it has none. */
  readonly test: readonly DevelopmentSet[];
}

/** The tasks that settings mean. Throws UsageError when --multitask finds none. */
export function tasksOf({ task, multitask, tasks, data }: GlueSettings): GlueTaskName[] {
  if (!multitask) {
    if (tasks !== undefined) throw new UsageError('--tasks: expected --multitask with it, or --task for one task');
    return [task];
  }
  if (tasks !== undefined) return [...new Set(tasks)];
  const found = GLUE_TASK_NAMES.filter((name) => {
    const { folder, inAverage } = glueTasks[name];
    return inAverage && (existsSync(join(data, folder)) || existsSync(join(data, name)));
  });
  if (found.length > 0) return found;
  const folders = GLUE_TASK_NAMES.map((name) => glueTasks[name].folder).join(', ');
  throw new UsageError(`${data}: expected folders of tasks, such as ${folders}, found none`);
}

/** Reads a task. Where there is no development set, a labelled test set stands for it. Throws TextDataError. */
export async function readTask(task: GlueTaskName, data: string): Promise<TaskData> {
  const { splits } = glueTasks[task];
  const train = await readGlue(task, data, 'train');
  const setsOf = async (kind: 'dev' | 'test', required: boolean) => {
    const sets: DevelopmentSet[] = [];
    const wanted = splits.filter((split) => split.startsWith(kind));
    for (const split of wanted) {
      const examples = await readGlue(task, data, split).catch((error: Error) => {
        // A sample of MNLI has one development set, and few have the test sets.
        const missing = error instanceof TextDataError && error.message.includes(`the ${split} set`);
        if (!missing) throw error;
        return undefined;
      });
      if (examples !== undefined) sets.push({ task, split, examples });
    }
    if (sets.length === 0 && required) {
      // Names the folder and what was looked for.
      return [{ task, split: 'dev' as const, examples: await readGlue(task, data, 'dev') }];
    }
    return sets;
  };
  const test = await setsOf('test', false);
  // Microsoft's corpus, from which MRPC comes, has a labelled test set and no development set.
  const measurable = test.filter(({ examples }) => examples.every(({ label }) => label !== undefined));
  const development = await setsOf('dev', measurable.length === 0);
  return development.length > 0 ? { task, train, development, test } : { task, train, development: measurable, test };
}
