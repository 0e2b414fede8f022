import { openImageDataset } from 'perceiver-image-classification';
import { suggest, UsageError } from 'perceiver-training/node';
import { type EngineName, selectEngine } from 'tfjs-backend-onnxruntime';
import { flag, parseCommandLine, text, wholeNumber } from '../command-line.js';
import { finishRuns, openFinishedRuns } from '../finished-runs/finished-runs.js';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { type Ablation, ablations } from './ablations.js';
import { type AblationRow, formatAblations } from './format-ablations.js';
import { type AblationFigures, trainAblation } from './train-ablation.js';

const HELP = `benchmark image-ablations: what a small Perceiver owes to its positions and to shared weights

Usage: npm run benchmark -- image-ablations [NAME...] [options]

Trains a small Perceiver on Fashion-MNIST, made 14 x 14 pixels small, with Fourier features, learned positions and none, on pixels as they are and permuted, with shared
and unshared weights, from several seeds each, and prints a table. Each finished run is a line of a file, so that the same command, begun
again, goes on where it was interrupted.

Names: ${ablations.map(({ name }) => name).join(', ')} (default: all)

Options:
  --steps N      steps of each run (default 400)
  --seeds N      runs of each row, from seeds 0 to N - 1 (default 3)
  --batch N      pictures a step (default 32)
  --evaluated N  test pictures that are measured, and at most 2000 training pictures (default 10000)
  --data DIR     Fashion-MNIST's files (default: where Debian's package puts them)
  --out FILE     finished runs (default runs/image-ablations.jsonl)
  --threads N    threads (default 2)
  --engine NAME  onnxruntime, tensorflow, wasm or cpu (default onnxruntime)
  --help         this text
`;

/** `benchmark image-ablations`. */
export const imageAblationsCommand: BenchmarkCommand = {
  name: 'image-ablations',
  summary: 'positions, permuted pixels and shared weights of a small Perceiver on Fashion-MNIST, three seeds each',
  run: async (args, { stdout, stderr }) => {
    const line = parseLine(args);
    if (line === undefined) {
      stdout.write(HELP);
      return 0;
    }
    const { names, seeds, data, out, engine, threads, ...training } = line;
    const finished = await openFinishedRuns(out);
    const [train, test] = await Promise.all([
      openImageDataset(data, { split: 'train' }),
      openImageDataset(data, { split: 'test' }),
    ]);
    const { description } = await selectEngine(engine, { threads });
    stderr.write(`${description}\n`);
    const chosen = ablations.filter(({ name }) => names.length === 0 || names.includes(name));
    const planned = (ablation: Ablation, seed: number) => ({
      ablation,
      name: ablation.name,
      seed,
      settings: { data, ...training },
    });
    // Seed by seed, so that an interrupted table has all rows.
    const plans = Array.from({ length: seeds }, (_, seed) => chosen.map((ablation) => planned(ablation, seed))).flat();
    await finishRuns(finished, plans, {
      run: ({ ablation, seed }) => trainAblation(ablation, { train, test }, { ...training, seed }),
      say: (text) => void stderr.write(`${text}\n`),
      describe: ({ figures }) => `${(100 * figures.accuracy!).toFixed(2)}%`,
    });
    await Promise.all([train.close(), test.close()]);
    const rows = chosen.map(
      (ablation): AblationRow => ({
        ablation,
        runs: plans
          .filter((plan) => plan.ablation === ablation)
          .map((plan) => finished.find(plan)!.figures as AblationFigures),
      }),
    );
    stdout.write(`${formatAblations(rows)}\n`);
    return 0;
  },
};

function parseLine(args: readonly string[]) {
  const { values, positionals: names } = parseCommandLine({
    args: [...args],
    allowPositionals: true,
    options: {
      steps: text('400'),
      seeds: text('3'),
      batch: text('32'),
      evaluated: text('10000'),
      threads: text('2'),
      data: text('fashion-mnist'),
      out: text('runs/image-ablations.jsonl'),
      engine: text('onnxruntime'),
      help: flag,
    },
  });
  if (values.help) return undefined;
  const known = ablations.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`${unknown}: no such ablation${suggest(unknown, known)}`);
  return {
    names,
    data: values.data,
    out: values.out,
    engine: values.engine as EngineName,
    threads: wholeNumber('threads', values.threads),
    seeds: wholeNumber('seeds', values.seeds),
    steps: wholeNumber('steps', values.steps),
    batchSize: wholeNumber('batch', values.batch),
    evaluated: wholeNumber('evaluated', values.evaluated),
  };
}
