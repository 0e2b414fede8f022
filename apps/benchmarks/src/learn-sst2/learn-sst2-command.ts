import * as tf from '@tensorflow/tfjs';
import { bertSequenceClassifier } from 'perceiver-baselines';
import { bindParameters, declareParameters, initializeParameters, tracedFlops } from 'perceiver-core';
import { type GlueBatch, glueClassifier, glueLoss, glueMetrics, gluePredictions, readGlue } from 'perceiver-text';
import { UsageError } from 'perceiver-training/node';
import { jit } from 'tfjs-backend-onnxruntime';
import { drawTable } from '../draw-table.js';
import { type RaceOptions, race, raceOptions, reportRace, trainHere } from '../learn/learning-race.js';
import { takeOptions } from '../learn/take-options.js';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { median } from '../speed/median.js';
import { bertConfig, bertLoss, perceiverConfig } from './models.js';
import { cutRows, drawStretches, encodeRows, type Rows, type Stretches } from './sst2-stretches.js';

/** Losses may be so far apart within the first 200 steps, accuracies so many shares of 1. */
const LIMITS = { loss: 1e-2, accuracy: 0.01 };
/** Steps that --minutes times. */
const TRIAL_STEPS = 60;
const RECIPE = { learningRate: 1e-3, weightDecay: 0.05, warmup: 0.05 };
const FAMILY = { family: 'variance-scaling' } as const;
const EVALUATED_AT_ONCE = 109;

/**
 * Trains a byte-level Perceiver IO on SST-2 here and in plain PyTorch, from the same weights on the same batches, and compares losses step
 * by step and accuracies on the development set; and here a byte-level BERT of as many operations, on those batches too.
 */
export const learnSst2Command: BenchmarkCommand = {
  name: 'learn-sst2',
  summary:
    'trains a byte-level Perceiver IO on SST-2 here and in PyTorch, from the same weights and batches, and a BERT (--data DIR, --minutes N)',
  run: async (args, streams) => {
    const { values, rest } = takeOptions(args, ['--data', '--minutes']);
    const directory = values['--data'];
    if (directory === undefined && !args.includes('--help')) {
      throw new UsageError('--data: expected the folder of SST-2, or of GLUE, got none');
    }
    const minutes = values['--minutes'] === undefined ? undefined : Number(values['--minutes']);
    if (minutes !== undefined && !(minutes > 0)) {
      throw new UsageError(`--minutes: expected a number above 0, got ${values['--minutes']}`);
    }
    const options = await raceOptions(['--batch', '64', ...rest], streams);
    if (options === undefined) return 0;
    const train = await readGlue('sst2', directory!, 'train');
    const held = encodeRows(await readGlue('sst2', directory!, 'dev'));
    const dev = await readGlue('sst2', directory!, 'dev');
    const runs = (steps: number) => {
      const own = { ...options, steps };
      const stretches = drawStretches(train, own);
      return {
        perceiver: () => racePerceiver(own, stretches, held),
        bert: () => trainBert(own, stretches),
        operations: operationsOf(stretches),
      };
    };
    let { steps } = options;
    if (minutes !== undefined) {
      const trial = runs(TRIAL_STEPS);
      const [raced, alone] = [await trial.perceiver(), await trial.bert()];
      tf.dispose([raced.parameters, alone.parameters]);
      const perStep = [raced.ourTimes, raced.theirTimes, alone.times].map(settledMean);
      steps = Math.max(1, Math.floor((60 * minutes) / perStep.reduce((sum, one) => sum + one, 0)));
      streams.stderr.write(
        `${steps} steps in about ${minutes} minutes, after ${TRIAL_STEPS} of each that were timed\n`,
      );
    }

    const { perceiver, bert, operations } = runs(steps);
    const result = await perceiver();
    const { text, greatest } = reportRace(result);
    const predictions = gluePredictions(glueClassifier(perceiverConfig));
    const answers = await predictions.predict(result.parameters, 'sst2', dev);
    const ours = glueMetrics('sst2', answers, held.labels).score;
    await predictions.dispose();
    const theirs = result.theirHeldOut!;
    streams.stderr.write(`${text}Perceiver IO: ${percent(ours)} here, ${percent(theirs)} in PyTorch; BERT begins\n`);
    const other = await bert();
    const bertScore = glueMetrics('sst2', await bertAnswers(other.parameters, held), held.labels).score;
    tf.dispose([result.parameters, other.parameters]);

    const row = (name: string, where: string, count: number | undefined, times: readonly number[], score: number) => [
      name,
      where,
      count === undefined ? '' : `${(count / 1e6).toFixed(1)}M`,
      `${(1000 * median(times)).toFixed(0)} ms`,
      minutesOf(times).toFixed(1),
      percent(score),
    ];
    const table = drawTable(
      ['model', 'trained', 'operations a text', 'median step', 'minutes', 'right of the dev set'],
      [
        row('byte-level Perceiver IO', 'here', operations.perceiver, result.ourTimes, ours),
        row('the same', 'PyTorch', operations.perceiver, result.theirTimes, theirs),
        row('byte-level BERT', 'here', operations.bert, other.times, bertScore),
        ['one answer for all', '', '', '', '', percent(majorityShare(held.labels))],
      ],
      (column) => column >= 2,
    );
    const ratio = (minutesOf(result.ourTimes) / minutesOf(result.theirTimes)).toFixed(2);
    const heading = `SST-2 from scratch on bytes: ${steps} steps of ${options.batchSize}, seed ${options.seed}, ${options.threads} thread(s), ${dev.length} dev sentences`;
    streams.stdout.write(`${text}\n${heading}\n\n${table}\n\ntime ${ratio} of PyTorch's from the second step on\n`);
    return greatest < LIMITS.loss && Math.abs(ours - theirs) <= LIMITS.accuracy ? 0 : 1;
  },
};

function racePerceiver(options: RaceOptions, { rows, starts, widths }: Stretches, held: Rows) {
  const { steps, batchSize, seed } = options;
  const model = glueClassifier(perceiverConfig);
  const length = perceiverConfig.maxPositions;
  const batches = batchesOf(options, { rows, starts, widths });
  const matrix = (data: Int32Array) => ({ dtype: 'I32' as const, shape: [data.length / length, length], data });
  const list = (data: Int32Array) => ({ dtype: 'I32' as const, shape: [data.length], data });
  return race<GlueBatch>({
    ...RECIPE,
    peer: 'learn_sst2.py',
    options,
    loss: glueLoss(model),
    parameters: initializeParameters(declareParameters(model), seed, FAMILY),
    batchAt: (step) => ({ ...batches(step), taskIds: tf.zeros<tf.Rank.R1>([batchSize], 'int32') }),
    batches: {
      input_ids: matrix(rows.inputIds),
      attention_mask: matrix(rows.attentionMask),
      labels: list(rows.labels),
      starts: list(starts.slice(0, steps)),
      widths: list(widths.slice(0, steps)),
      dev_input_ids: matrix(held.inputIds),
      dev_attention_mask: matrix(held.attentionMask),
      dev_labels: list(held.labels),
    },
    model: { ...perceiverConfig, batchSize },
  });
}

function trainBert(options: RaceOptions, stretches: Stretches) {
  const model = bertSequenceClassifier(bertConfig);
  return trainHere({
    ...RECIPE,
    options,
    loss: bertLoss(),
    parameters: initializeParameters(declareParameters(model), options.seed, { family: 'normal', std: 0.02 }),
    batchAt: batchesOf(options, stretches),
  });
}

function batchesOf({ steps, batchSize }: RaceOptions, { rows, starts, widths }: Stretches) {
  return (wanted: number) => {
    // The trainer asks for one batch ahead.
    const step = Math.min(wanted, steps - 1);
    const [start, width] = [starts[step]!, widths[step]!];
    const cut = (values: Int32Array) =>
      tf.tensor2d(cutRows(values, start, batchSize, width), [batchSize, width], 'int32');
    return {
      inputIds: cut(rows.inputIds),
      attentionMask: cut(rows.attentionMask),
      labels: tf.tensor1d(Float32Array.from(rows.labels.subarray(start, start + batchSize))),
    };
  };
}

async function bertAnswers(parameters: Record<string, tf.Tensor>, { inputIds, attentionMask, labels }: Rows) {
  const model = bertSequenceClassifier(bertConfig);
  const length = bertConfig.maxPositions;
  const classesOf = jit(
    (weights: Record<string, tf.Tensor>, ids: tf.Tensor2D, mask: tf.Tensor2D) =>
      tf.argMax(model.apply(bindParameters(weights), { inputIds: ids, attentionMask: mask }).logits, 1),
    { name: 'development set' },
  );
  const answers: number[] = [];
  for (let start = 0; start < labels.length; start += EVALUATED_AT_ONCE) {
    const count = Math.min(EVALUATED_AT_ONCE, labels.length - start);
    const cut = (values: Int32Array) => tf.tensor2d(cutRows(values, start, count, length), [count, length], 'int32');
    const inputs = [cut(inputIds), cut(attentionMask)] as const;
    const classes = await classesOf(parameters, ...inputs);
    answers.push(...(await classes.data()));
    tf.dispose([classes, ...inputs]);
  }
  await classesOf.dispose();
  return answers;
}

/** Operations of a text, the mean over the batches with their padding. */
function operationsOf({ widths }: Stretches): { perceiver: number; bert: number } {
  const mean = (flopsAt: (maxPositions: number) => number) => {
    const known = new Map([...new Set(widths)].map((width) => [width, flopsAt(width)]));
    return widths.reduce((sum, width) => sum + known.get(width)!, 0) / widths.length;
  };
  return {
    perceiver: mean((maxPositions) => tracedFlops(glueClassifier({ ...perceiverConfig, maxPositions }))),
    bert: mean((maxPositions) => tracedFlops(bertSequenceClassifier({ ...bertConfig, maxPositions }))),
  };
}

/** Mean of the steps that compiled nothing. */
function settledMean(times: readonly number[]): number {
  const typical = times.filter((time) => time < 5 * median(times));
  return typical.reduce((sum, time) => sum + time, 0) / typical.length;
}

/** Of all steps but the first, in which PyTorch is imported. */
const minutesOf = (times: readonly number[]) => times.slice(1).reduce((sum, time) => sum + time, 0) / 60;
const percent = (share: number) => `${(100 * share).toFixed(2)}%`;

function majorityShare(labels: Int32Array): number {
  const positive = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  return Math.max(positive, 1 - positive);
}
