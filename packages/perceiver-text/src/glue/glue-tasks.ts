import type { GlueTask, GlueTaskName } from './glue-task.js';

const SPLITS = ['train', 'dev', 'test'] as const;
const INDEX_LABELS = { label: ['label'], writes: 'indices' } as const;
const NAME_LABELS = { label: ['label'], writes: 'names' } as const;
const SENTENCE_PAIR = [['sentence1'], ['sentence2']] as const;
const ENTAILMENT = ['entailment', 'not_entailment'] as const;
/** Natural language inference with three classes: official names first, then those of the hub. */
const INFERENCE = {
  sentences: 2,
  labels: ['entailment', 'neutral', 'contradiction'],
  metrics: ['accuracy'],
  metric: 'accuracy',
} as const;
const INFERENCE_COLUMNS = {
  texts: [
    ['sentence1', 'premise'],
    ['sentence2', 'hypothesis'],
  ],
  label: ['gold_label', 'label'],
  writes: 'names',
} as const;

/** All tasks. Classes are in the order of nyu-mll/glue on the hub; metrics are those of gluebenchmark.com. */
export const glueTasks: Readonly<Record<GlueTaskName, GlueTask>> = {
  cola: {
    name: 'cola',
    folder: 'CoLA',
    sentences: 1,
    labels: ['unacceptable', 'acceptable'],
    metrics: ['matthews'],
    metric: 'matthews',
    inAverage: true,
    splits: SPLITS,
    columns: { texts: [['sentence']], ...INDEX_LABELS, headerless: ['source', 'label', 'mark', 'sentence'] },
  },
  sst2: {
    name: 'sst2',
    folder: 'SST-2',
    sentences: 1,
    labels: ['negative', 'positive'],
    metrics: ['accuracy'],
    metric: 'accuracy',
    inAverage: true,
    splits: SPLITS,
    columns: { texts: [['sentence']], ...INDEX_LABELS },
  },
  mrpc: {
    name: 'mrpc',
    folder: 'MRPC',
    sentences: 2,
    labels: ['not_equivalent', 'equivalent'],
    metrics: ['f1', 'accuracy'],
    metric: 'accuracy',
    inAverage: true,
    splits: SPLITS,
    columns: {
      texts: [
        ['#1 String', 'sentence1'],
        ['#2 String', 'sentence2'],
      ],
      label: ['Quality', 'label'],
      writes: 'indices',
    },
  },
  qqp: {
    name: 'qqp',
    folder: 'QQP',
    sentences: 2,
    labels: ['not_duplicate', 'duplicate'],
    metrics: ['f1', 'accuracy'],
    metric: 'accuracy',
    inAverage: true,
    splits: SPLITS,
    columns: {
      texts: [['question1'], ['question2']],
      label: ['is_duplicate', 'label'],
      writes: 'indices',
      // A few questions of the official training set were cut by line feeds; Hugging Face's loaders leave those rows out too.
      raggedRows: 32,
    },
  },
  stsb: {
    name: 'stsb',
    folder: 'STS-B',
    sentences: 2,
    labels: 'score',
    metrics: ['pearson', 'spearman'],
    metric: 'pearson',
    inAverage: true,
    splits: SPLITS,
    columns: { texts: SENTENCE_PAIR, label: ['score', 'label'], writes: 'score' },
  },
  mnli: {
    name: 'mnli',
    folder: 'MNLI',
    ...INFERENCE,
    inAverage: true,
    splits: ['train', 'dev_matched', 'dev_mismatched', 'test_matched', 'test_mismatched'],
    columns: INFERENCE_COLUMNS,
  },
  qnli: {
    name: 'qnli',
    folder: 'QNLI',
    sentences: 2,
    labels: ENTAILMENT,
    metrics: ['accuracy'],
    metric: 'accuracy',
    inAverage: true,
    splits: SPLITS,
    columns: { texts: [['question'], ['sentence']], ...NAME_LABELS },
  },
  rte: {
    name: 'rte',
    folder: 'RTE',
    sentences: 2,
    labels: ENTAILMENT,
    metrics: ['accuracy'],
    metric: 'accuracy',
    inAverage: true,
    splits: SPLITS,
    columns: { texts: SENTENCE_PAIR, ...NAME_LABELS },
  },
  wnli: {
    name: 'wnli',
    folder: 'WNLI',
    sentences: 2,
    labels: ['not_entailment', 'entailment'],
    metrics: ['accuracy'],
    metric: 'accuracy',
    inAverage: false,
    splits: SPLITS,
    columns: { texts: SENTENCE_PAIR, ...INDEX_LABELS },
  },
  snli: {
    name: 'snli',
    folder: 'SNLI',
    ...INFERENCE,
    inAverage: false,
    splits: SPLITS,
    columns: { ...INFERENCE_COLUMNS, undecided: '-' },
  },
};
