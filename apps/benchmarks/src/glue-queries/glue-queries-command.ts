import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type GlueQueries, type GlueTaskName, glueTasks } from 'perceiver-text';
import { UsageError } from 'perceiver-training/node';
import { flag, minutesOf, parseCommandLine, text, wholeNumber } from '../command-line.js';
import { type FinishedRuns, finishRuns, openFinishedRuns, type PlannedRun } from '../finished-runs/finished-runs.js';
import { settingArguments, trainClassifier } from '../finished-runs/run-train-text.js';
import { averagedTasks, glueQueryRows } from '../glue/glue-query-rows.js';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { formatGlueQueries, type QueryFigures, type QueryRow } from './format-glue-queries.js';

const HELP = `benchmark glue-queries: one model a task beside one model for all tasks of GLUE

Usage: npm run benchmark -- glue-queries --data DIR [options]

The multitask table of the Perceiver IO paper on a small model from scratch: the preset sst2-words of train-text glue, on each task alone and on
all of them with a shared input token, task-specific input tokens, or a query a task, from several seeds each. Every example is seen as
often in all rows. Prints each task's figure on its development set (Matthews' correlation for CoLA, Pearson's for STS-B, else accuracy). Runs
that are through are kept in a file: the same command goes on where it was stopped.

Options:
  --data DIR     the folder of GLUE
  --tasks A,B    tasks (default: of ${averagedTasks.join(', ')} those whose folders are there)
  --epochs N     times that every example is seen (default 2)
  --seeds N      runs of a row (default 3)
  --minutes N    starts no run after so many minutes (default: goes on to the end)
  --threads N    threads (default 1)
  --out DIR      folder of the results (default runs/glue-queries)
  --table        prints the table of what is there, and runs nothing
  --help         this text
`;

/** A run of one model: for a task, or for all. */
interface QueryRun extends PlannedRun {
  readonly queries: GlueQueries;
  readonly tasks: readonly GlueTaskName[];
}

/** `benchmark glue-queries`. */
export const glueQueriesCommand: BenchmarkCommand = {
  name: 'glue-queries',
  summary: 'one model a task beside one for all tasks of GLUE, with tokens or queries that tell the task (--data DIR)',
  run: async (args, { stdout, stderr }) => {
    const line = parseLine(args);
    if (line === undefined) {
      stdout.write(HELP);
      return 0;
    }
    const { tasks, seeds, epochs, data, threads, out } = line;
    const plansOf = (queries: GlueQueries, seed: number): QueryRun[] => {
      const together = queries === 'single-task' ? tasks.map((task) => [task]) : [tasks];
      return together.map((some) => ({
        queries,
        tasks: some,
        name: queries === 'single-task' ? `${queries} ${some[0]}` : queries,
        seed,
        settings: { tasks: some.join(','), 'training.epochs': epochs },
      }));
    };
    const seedsOf = (queries: GlueQueries) => Array.from({ length: seeds }, (_, seed) => plansOf(queries, seed));
    const finished = await openFinishedRuns(join(out, 'finished.jsonl'));
    if (!line.table) {
      // Seed by seed, so that an interrupted table has all rows.
      const plans = Array.from({ length: seeds }, (_, seed) =>
        glueQueryRows.flatMap(({ queries }) => plansOf(queries, seed)),
      ).flat();
      await finishRuns(finished, plans, {
        minutes: line.minutes,
        say: (said) => void stderr.write(`${said}\n`),
        run: async (plan) => {
          const [only] = plan.tasks;
          const { results, seconds } = await trainClassifier(join(out, 'run'), [
            ...['--preset', 'sst2-words', '--data', data, '--seed', String(plan.seed), '--threads', String(threads)],
            ...(plan.queries === 'single-task'
              ? ['--task', only!]
              : ['--multitask', '--tasks', JSON.stringify(plan.tasks), '--model.queries', plan.queries]),
            ...settingArguments({ 'training.epochs': epochs }),
          ]);
          const scores = plan.tasks.map((task) => {
            const own = results.filter((result) => result.task === task).map(({ score }) => score ?? 0);
            return [task, own.reduce((sum, score) => sum + score, 0) / own.length];
          });
          return { ...Object.fromEntries(scores), seconds };
        },
        describe: ({ figures: { seconds: _, ...scores } }) =>
          Object.entries(scores)
            .map(([task, score]) => `${task} ${(100 * score).toFixed(1)}`)
            .join(', '),
      });
    }
    const rows = glueQueryRows.map((row): QueryRow => {
      return { row, seeds: seedsOf(row.queries).flatMap((plans) => figuresOf(finished, plans) ?? []) };
    });
    stdout.write(`${formatGlueQueries(tasks, rows)}\n`);
    return 0;
  },
};

/** Figures of all tasks from one seed; undefined where a run is missing. */
function figuresOf(finished: FinishedRuns, plans: readonly QueryRun[]): QueryFigures | undefined {
  const found = plans.map((plan) => finished.find(plan));
  const figures = found.flatMap((run) => (run === undefined ? [] : [run.figures]));
  if (figures.length < plans.length) return undefined;
  const { seconds: _, ...tasks } = Object.assign({}, ...figures) as Record<string, number>;
  return { tasks, seconds: figures.reduce((sum, { seconds }) => sum + seconds!, 0) };
}

function parseLine(args: readonly string[]) {
  const { values } = parseCommandLine({
    args: [...args],
    options: {
      data: text(),
      tasks: text(),
      epochs: text('2'),
      seeds: text('3'),
      minutes: text(),
      threads: text('1'),
      out: text('runs/glue-queries'),
      table: flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  if (values.data === undefined) throw new UsageError('--data: expected the folder of GLUE, got none');
  const { data } = values;
  const tasks =
    values.tasks?.split(',').map((name) => name.trim()) ??
    averagedTasks.filter((task) => existsSync(join(data, glueTasks[task].folder)));
  if (tasks.length === 0) throw new UsageError(`${data}: expected folders of tasks, found none`);
  const odd = tasks.find((name) => !averagedTasks.includes(name as GlueTaskName));
  if (odd !== undefined) throw new UsageError(`--tasks: expected some of ${averagedTasks.join(', ')}, got ${odd}`);
  return {
    data,
    tasks: tasks as GlueTaskName[],
    epochs: wholeNumber('epochs', values.epochs),
    seeds: wholeNumber('seeds', values.seeds),
    minutes: minutesOf('minutes', values.minutes),
    threads: wholeNumber('threads', values.threads),
    out: values.out,
    table: values.table,
  };
}
