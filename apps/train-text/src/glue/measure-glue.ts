import type * as tf from '@tensorflow/tfjs';
import {
  type GlueFigures,
  type GluePredictions,
  type GlueSplit,
  type GlueTaskName,
  glueMetrics,
  glueTasks,
} from 'perceiver-text';
import type { DevelopmentSet, TaskData } from './read-tasks.js';

/** How well a development set is answered, and how well without looking at the texts. */
export interface GlueResult extends GlueFigures {
  readonly task: GlueTaskName;
  readonly split: GlueSplit;
  readonly examples: number;
  readonly predictions: readonly number[];
  /** Of the most frequent class, or the mean score, of the training set. */
  readonly baseline: GlueFigures;
}

/** Measures a classifier on the development sets of its tasks. */
export async function measureGlue(
  predictions: GluePredictions,
  parameters: Record<string, tf.Tensor>,
  data: readonly TaskData[],
): Promise<GlueResult[]> {
  const results: GlueResult[] = [];
  for (const { task, train, development } of data) {
    const constant = constantAnswer(task, train);
    for (const { split, examples } of development) {
      const labels = examples.map(({ label }) => label!);
      const predicted = await predictions.predict(parameters, task, examples);
      results.push({
        task,
        split,
        examples: examples.length,
        predictions: predicted,
        ...glueMetrics(task, predicted, labels),
        baseline: glueMetrics(
          task,
          labels.map(() => constant),
          labels,
        ),
      });
    }
  }
  return results;
}

function constantAnswer(task: GlueTaskName, examples: DevelopmentSet['examples']): number {
  const labels = examples.map(({ label }) => label!);
  const { labels: classes } = glueTasks[task];
  if (classes === 'score') return labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const counts = classes.map((_, index) => labels.filter((label) => label === index).length);
  return counts.indexOf(Math.max(...counts));
}

/**
 * The average as the papers take it: of one figure a task (MNLI's two sets are one), without WNLI. An undefined correlation counts as 0.
 * NaN where no task counts.
 */
export function glueAverage(results: readonly Pick<GlueResult, 'task' | 'score'>[]): number {
  const scored = new Map<GlueTaskName, number[]>();
  for (const { task, score } of results) {
    if (!glueTasks[task].inAverage) continue;
    scored.set(task, [...(scored.get(task) ?? []), Number.isNaN(score) ? 0 : score]);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean([...scored.values()].map(mean));
}

/** Lines of a table of results. */
export function glueTable(results: readonly GlueResult[]): string[] {
  const percent = (value: number) => (Number.isNaN(value) ? 'undefined' : (100 * value).toFixed(2));
  const rows = results.map(({ task, split, examples, metrics, baseline }) => [
    `${task} ${split}`,
    examples.toLocaleString('en-US'),
    Object.entries(metrics)
      .map(([name, value]) => `${name} ${percent(value)}`)
      .join(', '),
    Object.values(baseline.metrics).map(percent).join(', '),
  ]);
  const header = ['task', 'examples', 'Perceiver IO', 'one answer for all'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [header, ...rows].map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd());
}
