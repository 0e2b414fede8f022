import { parseArgs } from 'node:util';
import { openImageDataset } from 'perceiver-image-classification';
import { suggest, UsageError } from 'perceiver-training/node';
import { type EngineName, selectEngine } from 'tfjs-backend-onnxruntime';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { ablations } from './ablations.js';
import { openFinishedRuns } from './finished-runs.js';
import { type AblationRow, formatAblations } from './format-ablations.js';
import { trainAblation } from './train-ablation.js';

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
    // Seed by seed, so that an interrupted table has all rows.
    for (let seed = 0; seed < seeds; seed++) {
      for (const ablation of chosen) {
        const run = { ablation: ablation.name, seed, data, ...training };
        const known = finished.find(run);
        const figures = known ?? { ...run, ...(await trainAblation(ablation, { train, test }, { ...training, seed })) };
        if (known === undefined) await finished.add(figures);
        const { accuracy, seconds } = figures;
        const taken = known === undefined ? `${seconds.toFixed(0)} s` : 'finished earlier';
        stderr.write(`${ablation.name}, seed ${seed}: ${(100 * accuracy).toFixed(2)}%, ${taken}\n`);
      }
    }
    await Promise.all([train.close(), test.close()]);
    const rows = chosen.map(
      (ablation): AblationRow => ({
        ablation,
        runs: Array.from(
          { length: seeds },
          (_, seed) => finished.find({ ablation: ablation.name, seed, data, ...training })!,
        ),
      }),
    );
    stdout.write(`${formatAblations(rows)}\n`);
    return 0;
  },
};

const WHOLE = { steps: 400, seeds: 3, batch: 32, evaluated: 10_000, threads: 2 } as const;

function parseLine(args: readonly string[]) {
  const string = { type: 'string' } as const;
  const options = {
    ...(Object.fromEntries(Object.keys(WHOLE).map((name) => [name, string])) as Record<
      keyof typeof WHOLE,
      typeof string
    >),
    data: string,
    out: string,
    engine: string,
    help: { type: 'boolean' } as const,
  };
  const parse = () => parseArgs({ args: [...args], allowPositionals: true, options });
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { values, positionals: names } = parsed;
  if (values.help) return undefined;
  const known = ablations.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`${unknown}: no such ablation${suggest(unknown, known)}`);
  const whole = (name: keyof typeof WHOLE): number => {
    const number = Number(values[name] ?? WHOLE[name]);
    if (Number.isSafeInteger(number) && number >= 1) return number;
    throw new UsageError(`--${name}: expected a whole number from 1, got ${values[name]}`);
  };
  const { data = 'fashion-mnist', out = 'runs/image-ablations.jsonl', engine = 'onnxruntime' } = values;
  return {
    names,
    data,
    out,
    engine: engine as EngineName,
    threads: whole('threads'),
    seeds: whole('seeds'),
    steps: whole('steps'),
    batchSize: whole('batch'),
    evaluated: whole('evaluated'),
  };
}
