/** Tasks of GLUE (arXiv 1804.07461) by their short names, and SNLI, which is no part of it but looks alike. */
export const GLUE_TASK_NAMES = ['cola', 'sst2', 'mrpc', 'qqp', 'stsb', 'mnli', 'qnli', 'rte', 'wnli', 'snli'] as const;

export type GlueTaskName = (typeof GLUE_TASK_NAMES)[number];

/** Parts of a task's data. MNLI has two development and test sets, of the genres of its training set (matched) and of others. */
export const GLUE_SPLITS = [
  'train',
  'dev',
  'test',
  'dev_matched',
  'dev_mismatched',
  'test_matched',
  'test_mismatched',
] as const;

export type GlueSplit = (typeof GLUE_SPLITS)[number];

/** Figures that GLUE reports. */
export type GlueMetricName = 'accuracy' | 'f1' | 'matthews' | 'pearson' | 'spearman';

/** What a task asks, how its files look, and how it is scored. */
export interface GlueTask {
  readonly name: GlueTaskName;
  /** Name of its folder in the official download; submissions are named alike. */
  readonly folder: string;
  /** Texts in an example. */
  readonly sentences: 1 | 2;
  /** Names of the classes in the order of their indices, which is the hub's; or a score from 0 to 5 (regression). */
  readonly labels: readonly string[] | 'score';
  /** What the leaderboard reports. */
  readonly metrics: readonly GlueMetricName[];
  /** The one that enters the papers' averages. */
  readonly metric: GlueMetricName;
  /** Whether the papers' averages count the task (Perceiver IO, table 1: all but WNLI). */
  readonly inAverage: boolean;
  readonly splits: readonly GlueSplit[];
  readonly columns: GlueColumns;
}

/** Where a task's values stand in files. The first name of each list that the file has is taken. */
export interface GlueColumns {
  /** Names of the column of each text. */
  readonly texts: readonly (readonly string[])[];
  readonly label: readonly string[];
  /** How tab-separated files write the classes: by their names or by their indices (names are then understood too). */
  readonly writes: 'names' | 'indices' | 'score';
  /** Columns of official files that have no header line. */
  readonly headerless?: readonly string[];
  /** A class written so was not agreed upon; such rows are left out, as the task's authors do. */
  readonly undecided?: string;
  /** Rows with too few or too many columns that the official files are known to have at most; they are left out. */
  readonly raggedRows?: number;
}
