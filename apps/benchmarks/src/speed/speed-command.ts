import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { helpTable, type Streams, suggest, UsageError } from 'perceiver-training/node';
import { wholeNumber } from '../command-line.js';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { type Benchmark, type BenchmarkContext, type BenchmarkResult, isReached, type Row } from './benchmark.js';
import { benchmarks } from './benchmarks/index.js';
import { loadBenchmarks } from './benchmarks/load.js';
import { formatTable } from './format-table.js';
import { findPythonPeers, type PythonPeers } from './python-peers.js';

const OPTIONS = {
  rounds: { type: 'string', text: '--rounds N', about: 'pairs of processes (default 3)' },
  threads: { type: 'string', text: '--threads N', about: 'threads of both sides (default: all cores)' },
  python: { type: 'string', text: '--python FILE', about: 'interpreter of the peers (default: PERCEIVER_PYTHON)' },
  cache: {
    type: 'string',
    text: '--cache DIR',
    about: 'folder of generated weights (default: in the temporary folder)',
  },
  out: { type: 'string', text: '--out FILE', about: 'the JSON file (default runs/benchmark-speed-TIME.json)' },
  'fused-adam': { type: 'boolean', text: '--fused-adam', about: "PyTorch's Adam in its fused form, not its default" },
  json: { type: 'boolean', text: '--json', about: 'JSON on stdout instead of the table' },
  help: { type: 'boolean', text: '--help', about: 'this text' },
} as const;

type OptionName = keyof typeof OPTIONS;

interface Suite {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly benchmarks: readonly Benchmark[];
}

/** `benchmark speed`. */
export const speedCommand: BenchmarkCommand = suiteCommand({
  name: 'speed',
  summary: 'time and memory beside PyTorch, in pairs of fresh processes',
  benchmarks,
});

/** `benchmark load`. */
export const loadCommand: BenchmarkCommand = suiteCommand({
  name: 'load',
  summary: 'time and memory of opening models of released size, in fresh processes',
  benchmarks: loadBenchmarks,
});

function suiteCommand(suite: Suite): BenchmarkCommand {
  return { name: suite.name, summary: suite.summary, run: (args, streams) => runSuite(suite, args, streams) };
}

/** What was asked for on the command line. */
export interface SpeedLine {
  /** Benchmarks to run, in their own order. */
  readonly names: readonly string[];
  readonly rounds: number;
  readonly threads: number;
  readonly python?: string;
  readonly cache: string;
  readonly out?: string;
  readonly fusedAdam: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Parses what follows `speed` or `load`. Throws UsageError, which names the nearest known name. */
export function parseSpeedLine(args: readonly string[], suite: readonly Benchmark[] = benchmarks): SpeedLine {
  const known = suite.map(({ name }) => name);
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const asked = new Set<string>();
  const values: Partial<Record<OptionName, string>> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (!known.includes(token.value))
        throw new UsageError(`${token.value}: no such benchmark${suggest(token.value, known)}`);
      asked.add(token.value);
    }
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(OPTIONS, token.name) ? OPTIONS[token.name as OptionName] : undefined;
    if (option === undefined) {
      const options = Object.keys(OPTIONS).map((name) => `--${name}`);
      throw new UsageError(`${token.rawName}: no such option${suggest(token.rawName, options)}`);
    }
    if (option.type === 'string' && (token.value === undefined || token.value.startsWith('--')))
      throw new UsageError(`${token.rawName}: expected a value`);
    values[token.name as OptionName] = token.value ?? 'true';
  }
  return {
    names: known.filter((name) => asked.size === 0 || asked.has(name)),
    rounds: wholeNumber('rounds', values.rounds ?? '3'),
    threads: wholeNumber('threads', values.threads ?? String(availableParallelism())),
    python: values.python,
    cache: values.cache ?? join(tmpdir(), 'perceiver-benchmarks'),
    out: values.out,
    fusedAdam: values['fused-adam'] !== undefined,
    json: values.json !== undefined,
    help: values.help !== undefined,
  };
}

async function runSuite(suite: Suite, args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  const line = parseSpeedLine(args, suite.benchmarks);
  if (line.help) {
    stdout.write(suiteHelp(suite));
    return 0;
  }
  const say = (text: string) => {
    stderr.write(`${text}\n`);
  };
  let peers: Promise<PythonPeers> | undefined;
  const python = () => {
    peers ??= findPythonPeers(line.python).then((found) => {
      for (const warning of found.warnings) say(warning);
      return found;
    });
    return peers;
  };
  const context: BenchmarkContext = { ...line, python, say };
  await mkdir(line.cache, { recursive: true });
  const started = new Date().toISOString();
  const rows: Row[] = [];
  const results: Record<string, BenchmarkResult> = {};
  const failures: Record<string, string> = {};
  for (const benchmark of suite.benchmarks.filter(({ name }) => line.names.includes(name))) {
    say(`${benchmark.name}: ${benchmark.summary}`);
    try {
      const result = await benchmark.run(context);
      results[benchmark.name] = result;
      rows.push(...result.rows);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      // The others are still worth their time.
      failures[benchmark.name] = (error as Error).message;
      say(`${benchmark.name} failed: ${(error as Error).message}`);
    }
  }
  const record = {
    started,
    command: `benchmark ${suite.name} ${args.join(' ')}`.trim(),
    machine: { processor: cpus()[0]?.model, cores: cpus().length, memoryBytes: totalmem(), load: loadavg() },
    versions: { node: process.version, ...(peers === undefined ? {} : (await peers).versions) },
    rounds: line.rounds,
    threads: line.threads,
    rows: rows.map((row) => ({ ...row, reached: isReached(row) ?? null })),
    failures,
    details: Object.fromEntries(Object.entries(results).map(([name, { details }]) => [name, details])),
  };
  const out =
    line.out ??
    join('runs', `benchmark-${suite.name}-${started.slice(0, 19).replace('T', '-').replaceAll(':', '')}.json`);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, text);
  stdout.write(line.json ? text : `${formatTable(rows)}\n`);
  say(`Load average ${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores; everything measured: ${out}`);
  // A missed bar is a finding, not a failure: machines differ.
  return Object.keys(failures).length > 0 ? 1 : 0;
}

function suiteHelp({ name: command, summary, benchmarks: suite }: Suite): string {
  return [
    `benchmark ${command}: ${summary}`,
    '',
    `Usage: npm run benchmark -- ${command} [NAME...] [options]`,
    '',
    'Benchmarks (all by default):',
    ...helpTable(suite.map(({ name, summary: about }) => [name, about])),
    '',
    'Options:',
    ...helpTable(Object.values(OPTIONS).map(({ text, about }) => [text, about])),
    '',
    'Exit codes: 0 done, whether or not bars were reached; 1 a benchmark could not run or both sides disagree; 2 wrong usage.',
    '',
  ].join('\n');
}
