import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {
  formatGlueSubmission,
  glueBatches,
  glueClassifier,
  glueConfigText,
  glueLoss,
  gluePredictions,
  glueTasks,
} from 'perceiver-text';
import { type TrainResult, train } from 'perceiver-training';
import {
  type CommandContext,
  formatDuration,
  lastCheckpoint,
  openRunDirectory,
  optimizerOf,
  quote,
  type RunDirectory,
  recordFinal,
  reportStopped,
  savedLines,
  startEngine,
  writeRunPlot,
} from 'perceiver-training/node';
import { perceiverTextCommand, trainTextCommand } from '../shared/commands.js';
import type { GlueSettings } from './config.js';
import { initialClassifier } from './initial-classifier.js';
import { type GlueResult, glueAverage, glueTable, measureGlue } from './measure-glue.js';
import { readTask, type TaskData, tasksOf } from './read-tasks.js';

/** Fine-tunes or trains a classifier for tasks of GLUE and measures it on their development sets. */
export async function trainGlue(context: CommandContext<GlueSettings>): Promise<void> {
  const { config: settings, options, resolved, progress, print, signal } = context;
  const { training, evaluation } = settings;
  const { seed, out, resume } = options;
  progress.message(await startEngine(options));
  const tasks = tasksOf(settings);
  const data: TaskData[] = [];
  for (const task of tasks) data.push(await readTask(task, settings.data));
  for (const each of data) progress.message(describeTask(each));

  const { config, parameters, description } = await initialClassifier(settings, tasks, seed);
  progress.message(description);
  const model = glueClassifier(config);
  const batches = glueBatches(Object.fromEntries(data.map((each) => [each.task, each.train])), config, {
    batchSize: training.batchSize,
    seed,
    wordDropout: training.wordDropout,
  });
  const stepsPerEpoch = batches.size / (training.batchSize * training.accumulate);
  const { minutes, steps = minutes === undefined ? Math.ceil(training.epochs * stepsPerEpoch) : undefined } = training;
  const run = await openRunDirectory(out, {
    config: resolved,
    resume,
    files: { 'config.json': glueConfigText(config) },
  });
  const predictions = gluePredictions(model, { batchSize: evaluation.batchSize });
  let result: TrainResult | undefined;
  try {
    result = await train({
      loss: glueLoss(model, training),
      parameters,
      optimizer: optimizerOf(training),
      data: batches,
      budget: { minutes, steps },
      accumulate: training.accumulate,
      averageDecay: training.averageDecay,
      seed,
      checkpoint: { everySeconds: training.checkpointSeconds },
      evaluation: {
        everySteps: Math.max(1, Math.round(evaluation.everyEpochs * stepsPerEpoch)),
        atEnd: false,
        bestBy: { metric: 'score', higherIsBetter: true },
        run: async (current, { averaged }) => figuresOf(await measureGlue(predictions, averaged ?? current, data)),
      },
      recorders: [progress, run.recorder],
      resume: run.resume,
      signal,
    });
    progress.close();
    if (result.stopped === 'signal') {
      reportStopped(`${trainTextCommand()} glue`, result, context);
      return;
    }
    const results = await measureGlue(predictions, result.averaged ?? result.parameters, data);
    await recordFinal(run.recorder, result, figuresOf(results));
    const average = glueAverage(results);
    const after = `After ${result.step.toLocaleString('en-US')} steps of ${training.batchSize * training.accumulate} in ${formatDuration(result.seconds)}, in percent:`;
    const averageLine =
      results.length > 1 && !Number.isNaN(average) ? ['', `  average ${(100 * average).toFixed(2)}`] : [];
    print(['', after, '', ...glueTable(results), ...averageLine].join('\n'), {
      event: 'result',
      results: results.map(({ task, split, metrics, score, baseline }) => ({
        task,
        split,
        metrics,
        score,
        baseline: baseline.metrics,
      })),
      average: Number.isNaN(average) ? null : average,
      step: result.step,
      seconds: result.seconds,
    });
    const folder = await writePredictions(
      run,
      results,
      async (task, examples) => predictions.predict(result!.averaged ?? result!.parameters, task, examples),
      data,
    );
    const plot = await writeRunPlot(run, {
      title: `Perceiver IO on ${tasks.map((task) => glueTasks[task].folder).join(', ')}`,
      evaluation: 'score',
      yLabel: 'loss in training, score on development sets',
    });
    const checkpoint = await lastCheckpoint(run);
    const saved = [
      ...savedLines(out, checkpoint, plot),
      `  ${folder}  (predictions as the leaderboard takes them)`,
      '',
      'Next:',
      `  ${perceiverTextCommand()} classify 'a thoughtful, funny film' --model ${quote(out)}`,
      `  ${trainTextCommand()} glue --help`,
    ];
    print(saved.join('\n'), { event: 'saved', out, checkpoint, plot, predictions: folder });
  } finally {
    await predictions.dispose();
    await run.close();
    tf.dispose([result?.parameters ?? {}, result?.averaged ?? {}]);
  }
}

/** Figures of an evaluation by name: `score`, the average or the only one, and each set's own. */
function figuresOf(results: readonly GlueResult[]): Record<string, number> {
  const average = glueAverage(results);
  const own = results.flatMap(({ task, split, metrics }) =>
    Object.entries(metrics).map(([name, value]) => [`${task}.${split}.${name}`, Number.isNaN(value) ? 0 : value]),
  );
  const { score } = results[0]!;
  return { score: Number.isNaN(average) ? score : average, ...Object.fromEntries(own) };
}

function describeTask({ task, train: examples, development }: TaskData): string {
  const sets = development.map((set) => `${set.examples.length.toLocaleString('en-US')} in ${set.split}`).join(', ');
  return `${glueTasks[task].folder}: ${examples.length.toLocaleString('en-US')} examples to train on; ${sets}`;
}

/** Writes a file a set: of the development sets in `predictions/dev`, of the official test sets in `predictions`. */
async function writePredictions(
  run: RunDirectory,
  results: readonly GlueResult[],
  predict: (task: TaskData['task'], examples: TaskData['train']) => Promise<number[]>,
  data: readonly TaskData[],
): Promise<string> {
  const folder = join(run.path, 'predictions');
  await mkdir(join(folder, 'dev'), { recursive: true });
  const development = data.flatMap((each) => each.development);
  for (const { task, split, predictions } of results) {
    const { examples } = development.find((set) => set.task === task && set.split === split)!;
    const { file, text } = formatGlueSubmission(task, predictions, {
      split,
      indices: examples.map(({ index }) => index),
    });
    await writeFile(join(folder, 'dev', file), text);
  }
  for (const { task, split, examples } of data.flatMap((each) => each.test)) {
    const indices = examples.map(({ index }) => index);
    const { file, text } = formatGlueSubmission(task, await predict(task, examples), { split, indices });
    await writeFile(join(folder, file), text);
  }
  return folder;
}
