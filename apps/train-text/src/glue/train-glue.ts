import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  formatGlueSubmission,
  glueBatches,
  glueClassifier,
  glueConfigText,
  glueLoss,
  gluePredictions,
  glueTasks,
} from 'perceiver-text';
import {
  type CommandContext,
  formatDuration,
  quote,
  type RunDirectory,
  recordFinal,
  savedLines,
  startEngine,
} from 'perceiver-training/node';
import { perceiverTextCommand, trainTextCommand } from '../shared/commands.js';
import { trainingRun } from '../shared/training-run.js';
import type { GlueSettings } from './config.js';
import { initialClassifier } from './initial-classifier.js';
import { type GlueResult, glueAverage, glueTable, measureGlue } from './measure-glue.js';
import { readTask, type TaskData, tasksOf } from './read-tasks.js';

/** Fine-tunes or trains a classifier for tasks of GLUE and measures it on their development sets. */
export async function trainGlue(context: CommandContext<GlueSettings>): Promise<void> {
  const { config: settings, options, progress, print } = context;
  const { training, evaluation } = settings;
  const { seed } = options;
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
  const predictions = gluePredictions(model, { batchSize: evaluation.batchSize });
  await trainingRun(context, {
    command: 'glue',
    training,
    budget: { minutes, steps },
    files: { 'config.json': glueConfigText(config) },
    loss: glueLoss(model, training),
    parameters: () => parameters,
    data: batches,
    averageDecay: training.averageDecay,
    evaluation: {
      everySteps: Math.max(1, Math.round(evaluation.everyEpochs * stepsPerEpoch)),
      atEnd: false,
      bestBy: { metric: 'score', higherIsBetter: true },
      run: async (current, { averaged }) => figuresOf(await measureGlue(predictions, averaged ?? current, data)),
    },
    end: async (result, run) => {
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
        async (task, examples) => predictions.predict(result.averaged ?? result.parameters, task, examples),
        data,
      );
      return {
        plot: {
          title: `Perceiver IO on ${tasks.map((task) => glueTasks[task].folder).join(', ')}`,
          evaluation: 'score',
          yLabel: 'loss in training, score on development sets',
        },
        next: ({ out, checkpoint, plot }) =>
          [
            ...savedLines(out, checkpoint, plot),
            `  ${folder}  (predictions as the leaderboard takes them)`,
            '',
            'Next:',
            `  ${perceiverTextCommand()} classify 'a thoughtful, funny film' --model ${quote(out)}`,
            `  ${trainTextCommand()} glue --help`,
          ].join('\n'),
        record: { predictions: folder },
      };
    },
    close: () => predictions.dispose(),
  });
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
