import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readGlue } from 'perceiver-text';
import { UsageError } from 'perceiver-training/node';
import { flag, minutesOf, parseCommandLine, text, wholeNumber } from '../command-line.js';
import { finishRuns, openFinishedRuns, type PlannedRun } from '../finished-runs/finished-runs.js';
import { resultOf, runTrainText, settingArguments, trainClassifier } from '../finished-runs/run-train-text.js';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { formatIngredients, type IngredientRow } from './format-ingredients.js';
import { type Ingredient, ingredients, pretraining } from './ingredients.js';

const HELP = `benchmark glue-ingredients: what lifts a small classifier of SST-2

Usage: npm run benchmark -- glue-ingredients --data DIR [options]

Trains the preset sst2-words of train-text glue, then with one ingredient switched off or changed at a time, each with several seeds, and
prints a table of the accuracies on the development set after the last step. Runs that are through are kept in a file: the same command
goes on where it was stopped.

Options:
  --data DIR            the folder of SST-2, or of GLUE
  --steps N             updates of a run (default 1052, every example once)
  --seeds N             runs of an ingredient (default 3)
  --pretrain-steps N    updates of the masked language model (default 3000)
  --minutes N           starts no run after so many minutes (default: goes on to the end)
  --only A,B            ingredients to run (default all): ${ingredients.map(({ name }) => `"${name}"`).join(', ')}
  --threads N           threads (default 1)
  --out DIR             folder of the results and of the masked language model (default runs/glue-ingredients)
  --table               prints the table of what is there, and runs nothing
  --help                this text
`;

/** `benchmark glue-ingredients`. */
export const glueIngredientsCommand: BenchmarkCommand = {
  name: 'glue-ingredients',
  summary: 'what lifts a small classifier of SST-2: one ingredient switched off at a time, several seeds (--data DIR)',
  run: async (args, { stdout, stderr }) => {
    const line = parseLine(args);
    if (line === undefined) {
      stdout.write(HELP);
      return 0;
    }
    const say = (text: string) => {
      stderr.write(`${text}\n`);
    };
    const planned = (ingredient: Ingredient, seed: number) => ({
      ingredient,
      name: ingredient.name,
      seed,
      settings: {
        ...ingredient.settings,
        ...(ingredient.pretrained ? { pretraining: line.pretrainSteps } : {}),
        'training.steps': Math.max(1, Math.round(line.steps * (ingredient.stepFactor ?? 1))),
      },
    });
    const plans = ingredients.flatMap((ingredient) =>
      Array.from({ length: line.seeds }, (_, seed) => planned(ingredient, seed)),
    );
    const finished = await openFinishedRuns(join(line.out, 'finished.jsonl'));
    const asked = line.table ? [] : plans.filter(({ name }) => line.only.includes(name));
    await finishRuns(finished, asked, {
      minutes: line.minutes,
      say,
      run: async (plan) => train(line, plan, plan.ingredient.pretrained ? await maskedModel(line, say) : undefined),
      describe: ({ figures }) => `${(100 * figures.accuracy!).toFixed(2)}%`,
    });
    const rows = ingredients.map((ingredient): IngredientRow => {
      const own = plans.filter((plan) => plan.ingredient === ingredient);
      return {
        name: ingredient.name,
        settings: own[0]!.settings,
        runs: own.flatMap((plan) => finished.find(plan) ?? []),
      };
    });
    stdout.write(`${formatIngredients(rows)}\n`);
    return 0;
  },
};

type Line = NonNullable<ReturnType<typeof parseLine>>;

/** The run of a masked language model; trains it where it is not there yet. */
async function maskedModel({ data, out, pretrainSteps, threads }: Line, say: (text: string) => void): Promise<string> {
  const run = join(out, `masked-${pretrainSteps}`);
  const done = join(run, 'done');
  if (existsSync(done)) return run;
  await rm(run, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const sentences = join(out, 'sst2.txt');
  const examples = await readGlue('sst2', data, 'train');
  await writeFile(sentences, examples.map(({ texts: [text] }) => `${text.trim()}\n`).join(''));
  const lines = await runTrainText('mlm', [
    ...settingArguments(pretraining(sentences, pretrainSteps)),
    ...['--training.minutes', '60', '--threads', String(threads), '--out', run],
  ]);
  const { bitsPerMaskedByte, seconds } = resultOf<{ bitsPerMaskedByte: number; seconds: number }>(lines);
  await writeFile(done, '');
  say(`masked language model: ${bitsPerMaskedByte.toFixed(3)} bits a hidden byte in ${seconds.toFixed(0)} s`);
  return run;
}

async function train({ data, out, threads }: Line, plan: PlannedRun, from: string | undefined) {
  const run = join(out, 'run');
  const { pretraining: _, ...settings } = plan.settings;
  const { results, seconds } = await trainClassifier(run, [
    ...['--preset', 'sst2-words', '--data', data, '--seed', String(plan.seed)],
    ...settingArguments(settings),
    ...(from === undefined ? [] : ['--from', from]),
    ...['--threads', String(threads)],
  ]);
  return { accuracy: results[0]!.metrics.accuracy!, seconds };
}

function parseLine(args: readonly string[]) {
  const { values } = parseCommandLine({
    args: [...args],
    options: {
      data: text(),
      steps: text('1052'),
      seeds: text('3'),
      'pretrain-steps': text('3000'),
      minutes: text(),
      only: text(),
      threads: text('1'),
      out: text('runs/glue-ingredients'),
      table: flag,
      help: flag,
    },
  });
  if (values.help) return undefined;
  if (values.data === undefined) throw new UsageError('--data: expected the folder of SST-2, or of GLUE, got none');
  const known = ingredients.map(({ name }) => name);
  const only = values.only === undefined ? known : values.only.split(',').map((name) => name.trim());
  const odd = only.find((name) => !known.includes(name));
  if (odd !== undefined) throw new UsageError(`--only: expected some of ${known.join(', ')}, got ${odd}`);
  return {
    data: values.data,
    steps: wholeNumber('steps', values.steps),
    seeds: wholeNumber('seeds', values.seeds),
    pretrainSteps: wholeNumber('pretrain-steps', values['pretrain-steps']),
    minutes: minutesOf('minutes', values.minutes),
    only,
    threads: wholeNumber('threads', values.threads),
    out: values.out,
    table: values.table,
  };
}
