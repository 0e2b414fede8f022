import { accuracy, classScores, matthewsCorrelation, pearson, spearman } from 'perceiver-metrics';
import type { GlueMetricName, GlueTask, GlueTaskName } from './glue-task.js';
import { glueTasks } from './glue-tasks.js';

/** Figures of a task, from -1 to 1. */
export interface GlueFigures {
  /** What the leaderboard reports, in its order. NaN where it is undefined: the correlation of one score for all. */
  readonly metrics: Readonly<Partial<Record<GlueMetricName, number>>>;
  /** The one that enters the papers' averages. */
  readonly score: number;
}

const METRICS: Readonly<Record<GlueMetricName, (predictions: ArrayLike<number>, labels: ArrayLike<number>) => number>> =
  {
    accuracy,
    f1: (predictions, labels) => classScores(predictions, labels).f1,
    matthews: matthewsCorrelation,
    pearson,
    spearman,
  };

/**
 * Measures predictions with the official metrics of a task.
 *
 * @param predictions class indices or scores, `[n]`
 * @param labels likewise, `[n]`
 * @throws MetricError
 */
export function glueMetrics(
  task: GlueTask | GlueTaskName,
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
): GlueFigures {
  const { metrics: names, metric } = typeof task === 'string' ? glueTasks[task] : task;
  const metrics = Object.fromEntries(names.map((name) => [name, METRICS[name](predictions, labels)]));
  return { metrics, score: METRICS[metric](predictions, labels) };
}
