import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readGlue } from 'perceiver-text';
import { UsageError } from 'perceiver-training/node';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { addCell, type Cell, isSame, readCells } from './cells.js';
import { formatIngredients, type IngredientRow } from './format-ingredients.js';
import { type Ingredient, ingredients, pretraining } from './ingredients.js';
import { runTrainText } from './run-train-text.js';

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
    const file = join(line.out, 'cells.jsonl');
    const say = (text: string) => {
      stderr.write(`${text}\n`);
    };
    const start = performance.now();
    const minutesGone = () => (performance.now() - start) / 60_000;
    const planned = (ingredient: Ingredient, seed: number) => ({
      name: ingredient.name,
      seed,
      steps: Math.max(1, Math.round(line.steps * (ingredient.stepFactor ?? 1))),
      settings: ingredient.pretrained
        ? { ...ingredient.settings, pretraining: line.pretrainSteps }
        : ingredient.settings,
    });
    const runs = ingredients.flatMap((ingredient) =>
      Array.from({ length: line.seeds }, (_, seed) => ({ ingredient, plan: planned(ingredient, seed) })),
    );
    let cells = await readCells(file);
    for (const { ingredient, plan } of runs) {
      if (line.table || !line.only.includes(ingredient.name)) continue;
      if (cells.some((cell) => isSame(cell, plan))) continue;
      if (minutesGone() >= line.minutes) {
        say(`${line.minutes} minutes are over; the same command goes on`);
        break;
      }
      const from = ingredient.pretrained ? await maskedModel(line, say) : undefined;
      const cell = await train(line, plan, from);
      await addCell(file, cell);
      cells = [...cells, cell];
      say(`${cell.name}, seed ${cell.seed}: ${(100 * cell.accuracy).toFixed(2)}% in ${cell.seconds.toFixed(0)} s`);
    }
    const rows = ingredients.map((ingredient): IngredientRow => {
      const { name, steps, settings } = planned(ingredient, 0);
      const own = runs.filter((run) => run.ingredient === ingredient);
      return {
        name,
        steps,
        settings,
        cells: own.flatMap(({ plan }) => cells.find((cell) => isSame(cell, plan)) ?? []),
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
  const { bitsPerMaskedByte, seconds } = resultOf(lines) as { bitsPerMaskedByte: number; seconds: number };
  await writeFile(done, '');
  say(`masked language model: ${bitsPerMaskedByte.toFixed(3)} bits a hidden byte in ${seconds.toFixed(0)} s`);
  return run;
}

async function train(
  { data, out, threads }: Line,
  plan: Omit<Cell, 'accuracy' | 'seconds'>,
  from: string | undefined,
): Promise<Cell> {
  const run = join(out, 'run');
  await rm(run, { recursive: true, force: true });
  const { pretraining: _, ...settings } = plan.settings;
  const lines = await runTrainText('glue', [
    ...['--preset', 'sst2-words', '--data', data, '--seed', String(plan.seed)],
    ...settingArguments({ ...settings, 'training.steps': plan.steps }),
    // The development set is looked at once.
    ...['--evaluation.everyEpochs', '1000', '--training.checkpointSeconds', '3600'],
    ...(from === undefined ? [] : ['--from', from]),
    ...['--threads', String(threads), '--out', run],
  ]);
  const { results, seconds } = resultOf(lines) as { results: { metrics: { accuracy: number } }[]; seconds: number };
  await rm(run, { recursive: true, force: true });
  return { ...plan, accuracy: results[0]!.metrics.accuracy, seconds };
}

function resultOf(lines: readonly Record<string, unknown>[]): unknown {
  const result = lines.find(({ event }) => event === 'result');
  if (result === undefined) throw new Error('train-text: expected a result, got none');
  return result;
}

function settingArguments(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

function parseLine(args: readonly string[]) {
  const text = (fallback?: string) => ({ type: 'string' as const, default: fallback });
  const options = {
    data: text(),
    steps: text('1052'),
    seeds: text('3'),
    'pretrain-steps': text('3000'),
    minutes: text(),
    only: text(),
    threads: text('1'),
    out: text('runs/glue-ingredients'),
    table: { type: 'boolean' as const, default: false },
    help: { type: 'boolean' as const, default: false },
  };
  const { values } = parsed(() => parseArgs({ args: [...args], options }));
  if (values.help) return undefined;
  if (values.data === undefined) throw new UsageError('--data: expected the folder of SST-2, or of GLUE, got none');
  const whole = (name: 'steps' | 'seeds' | 'pretrain-steps' | 'threads') => {
    const number = Number(values[name]);
    if (Number.isSafeInteger(number) && number >= 1) return number;
    throw new UsageError(`--${name}: expected a whole number from 1, got ${values[name]}`);
  };
  const minutes = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes);
  if (!(minutes > 0)) throw new UsageError(`--minutes: expected a number above 0, got ${values.minutes}`);
  const known = ingredients.map(({ name }) => name);
  const only = values.only === undefined ? known : values.only.split(',').map((name) => name.trim());
  const odd = only.find((name) => !known.includes(name));
  if (odd !== undefined) throw new UsageError(`--only: expected some of ${known.join(', ')}, got ${odd}`);
  return {
    data: values.data,
    steps: whole('steps'),
    seeds: whole('seeds'),
    pretrainSteps: whole('pretrain-steps'),
    minutes,
    only,
    threads: whole('threads'),
    out: values.out!,
    table: values.table,
  };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
