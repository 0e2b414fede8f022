import type { GlueSplit, GlueTask, GlueTaskName } from './glue-task.js';
import { glueTasks } from './glue-tasks.js';
import { HIGHEST_SCORE } from './parse-values.js';

export interface GlueSubmissionOptions {
  /** Which of MNLI's two test sets; `test_matched` by default. */
  readonly split?: GlueSplit;
  /** The examples' own numbers, `[n]`; 0, 1, 2, ... by default. */
  readonly indices?: ArrayLike<number>;
}

/** A file as gluebenchmark.com takes it. */
export interface GlueSubmission {
  /** `CoLA.tsv`, `MNLI-m.tsv`, ... */
  readonly file: string;
  readonly text: string;
}

/**
 * Formats predictions for the leaderboard: a header and a line each of index and prediction, which is the class' name in MNLI, QNLI and
 * RTE, its index in the others, and a score with three decimals, cut to 0 to 5, in STS-B.
 *
 * @param predictions class indices or scores, `[n]`
 * @throws RangeError for a class that the task does not have, a score that is no number, or indices of another length
 */
export function formatGlueSubmission(
  task: GlueTask | GlueTaskName,
  predictions: ArrayLike<number>,
  { split, indices }: GlueSubmissionOptions = {},
): GlueSubmission {
  const { name, folder, labels, columns } = typeof task === 'string' ? glueTasks[task] : task;
  if (indices !== undefined && indices.length !== predictions.length) {
    throw new RangeError(`formatGlueSubmission: expected ${predictions.length} indices, got ${indices.length}`);
  }
  const format = (prediction: number): string => {
    if (labels === 'score') {
      if (Number.isFinite(prediction)) return Math.min(HIGHEST_SCORE, Math.max(0, prediction)).toFixed(3);
      throw new RangeError(`formatGlueSubmission: expected scores, got ${prediction}`);
    }
    const label = labels[prediction];
    if (label !== undefined) return columns.writes === 'names' ? label : `${prediction}`;
    throw new RangeError(`formatGlueSubmission: expected classes from 0 to ${labels.length - 1}, got ${prediction}`);
  };
  const lines = Array.from(predictions, (prediction, row) => `${indices?.[row] ?? row}\t${format(prediction)}\n`);
  const part = name === 'mnli' ? (split?.endsWith('mismatched') ? '-mm' : '-m') : '';
  return { file: `${folder}${part}.tsv`, text: `index\tprediction\n${lines.join('')}` };
}
