import { predictCommand } from 'perceiver-inference';
import { z } from 'zod';
import { TextDataError } from '../datasets/text-data-error.js';
import { glueMetrics } from '../glue/glue-metrics.js';
import { GLUE_SPLITS, GLUE_TASK_NAMES } from '../glue/glue-task.js';
import { glueTasks } from '../glue/glue-tasks.js';
import { readGlue } from '../glue/read-glue.js';
import { readGluePredictions } from '../glue/read-glue-predictions.js';

/** `perceiver-text glue-score`. */
export const glueScoreCommand = predictCommand({
  name: 'glue-score',
  summary: 'measures predictions for a GLUE task with its official metrics',
  arguments: [{ name: 'PREDICTIONS', description: 'a submission file: index, prediction, separated by a tab' }],
  usesEngine: false,
  schema: z.strictObject({
    task: z.enum(GLUE_TASK_NAMES).describe('what was predicted'),
    data: z.string().describe("folder of the task's data, or of all tasks'"),
    split: z
      .enum(GLUE_SPLITS)
      .default('dev')
      .describe('the examples that were predicted; dev of MNLI is the matched one'),
  }),
  async run({ arguments: [file = ''], settings: { task: name, data, split }, output }) {
    const task = glueTasks[name];
    const examples = await readGlue(task, data, split);
    const labels = examples.map(({ label }) => label);
    if (!labels.every((label) => label !== undefined)) {
      throw new TextDataError(`expected examples with labels, got a ${split} set without`, data);
    }
    const indices = examples.map(({ index }) => index);
    const { metrics } = glueMetrics(task, await readGluePredictions(task, file, indices), labels);
    const width = Math.max(...Object.keys(metrics).map((metric) => metric.length));
    const lines = Object.entries(metrics).map(([metric, value]) => `${metric.padEnd(width)}  ${value.toFixed(4)}\n`);
    output.text(`${task.folder} ${split}, ${examples.length} examples\n${lines.join('')}`);
    output.record({ task: name, split, examples: examples.length, metrics: { ...metrics } });
  },
});
