import { declareParameters, parameterCount } from 'perceiver-core';
import {
  GLUE_TASK_NAMES,
  type GlueQueries,
  type GlueTaskName,
  glueClassifier,
  glueTasks,
  maskedLanguageModelPresets,
} from 'perceiver-text';

/** A row of the paper's multitask table: one way to tell the model which task an example is of. */
export interface GlueQueryRow {
  /** The paper's name. */
  readonly name: string;
  readonly queries: GlueQueries;
  /** The paper's development average. */
  readonly average: number;
}

/** The rows in the paper's order (Perceiver IO, multitask GLUE). */
export const glueQueryRows: readonly GlueQueryRow[] = [
  { name: 'single-task query', queries: 'single-task', average: 81.0 },
  { name: 'multitask, shared input token', queries: 'shared-input-token', average: 81.5 },
  { name: 'multitask, task-specific input tokens', queries: 'task-input-tokens', average: 81.8 },
  { name: 'multitask query', queries: 'multitask', average: 81.8 },
];

/** The tasks that the averages are of. */
export const averagedTasks: readonly GlueTaskName[] = GLUE_TASK_NAMES.filter((name) => glueTasks[name].inAverage);

/** Parameters of the byte-level Perceiver IO for all tasks of the average, and the number of models that they are in. */
export function queryParameters({ queries }: GlueQueryRow): { readonly models: number; readonly parameters: number } {
  const base = maskedLanguageModelPresets['language-perceiver-io-base'];
  const groups = queries === 'single-task' ? averagedTasks.map((task) => [task]) : [averagedTasks];
  const counts = groups.map((tasks) =>
    parameterCount(
      declareParameters(
        glueClassifier({
          tasks,
          queries,
          vocabSize: base.vocabSize,
          maxPositions: base.maxPositions,
          modelChannels: base.modelChannels,
          encoder: base.encoder,
          decoder: {
            queryChannels: base.modelChannels,
            qkChannels: base.decoderQkChannels!,
            numHeads: base.decoderHeads!,
          },
        }),
      ),
    ),
  );
  return { models: groups.length, parameters: counts.reduce((sum, count) => sum + count, 0) };
}
