import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from 'perceiver-training/node';
import { flag, parseCommandLine, text, wholeNumber } from '../command-line.js';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import type { Row } from '../speed/benchmark.js';
import { formatTable } from '../speed/format-table.js';
import { median } from '../speed/median.js';
import { findPythonPeers } from '../speed/python-peers.js';
import { pairedRows, runPaired } from '../speed/run-paired.js';
import { runWorker } from '../speed/run-process.js';

const HELP = `benchmark image-loading: decoding and augmenting pictures ahead of training, beside torchvision

Usage: npm run benchmark -- image-loading DIR [options]

DIR holds JPEG files. Both sides read them again and again with as many threads (torchvision: processes) and make batches of 224 x 224:
inception crop with bicubic resize, mirroring, RandAugment of 4 layers and magnitude 5, normalisation. Then a small Perceiver on all
50,176 pixels trains on our batches: how long does its engine wait for them? torchvision: peers/requirements-images.txt.

Options:
  --workers N    threads that load, on both sides (default: all cores)
  --batch N      pictures a batch (default 16)
  --images N     pictures a repetition (default 320)
  --rounds N     pairs of processes (default 3)
  --resize KIND  our resize: pillow (default) or sharp
  --ours         our side alone, without Python
  --python FILE  interpreter that has torchvision (default: PERCEIVER_PYTHON)
  --out FILE     JSON of everything
  --help         this text
`;

/** Most of a step's time that the engine may wait for pictures. */
const WAIT_BAR = 0.05;

interface StepReport {
  /** Share of the steps' time in which the next batch was awaited. */
  readonly waiting: number;
  readonly seconds: readonly number[];
}

/** `benchmark image-loading`. */
export const imageLoadingCommand: BenchmarkCommand = {
  name: 'image-loading',
  summary: "pictures a second of the loader beside torchvision's, and how long a training step waits for it",
  run: async (args, { stdout, stderr }) => {
    const line = parseLine(args);
    if (line === undefined) {
      stdout.write(HELP);
      return 0;
    }
    const { directory, workers, batch, images, rounds, resize, ours, python, out } = line;
    const files = (await readdir(directory)).filter((name) => /\.jpe?g$/i.test(name)).sort();
    if (files.length === 0) throw new UsageError(`${directory}: expected JPEG files, got none`);
    const say = (text: string) => {
      stderr.write(`${text}\n`);
    };
    const settings = { files: files.map((name) => join(directory, name)), workers, batch, images, resize };
    const details: Record<string, unknown> = {};
    const rows: Row[] = [];
    if (ours) {
      const reports = [];
      for (let i = 0; i < rounds; i++) reports.push((await runWorker('image-loading', settings)).report);
      const seconds = median(reports.flatMap((report) => report.seconds!));
      const rate = images / seconds;
      rows.push({ benchmark: 'image-loading', measure: 'pictures / s', unit: '', ours: rate, ratio: rate });
      say(`${rate.toFixed(1)} pictures a second`);
      details.loading = reports;
    } else {
      const context = {
        rounds,
        threads: workers,
        cache: '',
        fusedAdam: false,
        python: () => findPythonPeers(python),
        say,
      };
      const paired = { benchmark: 'image-loading', worker: 'image-loading', script: 'speed_image_loading.py' };
      const found = await runPaired(context, { ...paired, settings, tolerance: 0 });
      const [time, memory] = pairedRows('image-loading', found, { time: 1 });
      rows.push(time!, memory!);
      say(`${(images / time!.ours).toFixed(1)} pictures a second, torchvision ${(images / time!.peer!).toFixed(1)}`);
      details.loading = found;
    }
    const steps: StepReport[] = [];
    for (let i = 0; i < rounds; i++) {
      const { report } = await runWorker('image-loading-step', { ...settings, batch: 4, steps: 8 });
      steps.push(report as unknown as StepReport);
    }
    const waiting = median(steps.map((step) => step.waiting));
    rows.push({
      benchmark: 'image-loading',
      measure: 'engine waits / step',
      unit: '',
      ours: waiting,
      ratio: waiting,
      bar: WAIT_BAR,
    });
    details.steps = steps;
    stdout.write(`${formatTable(rows)}\n`);
    say(
      `The engine is busy ${(100 * (1 - waiting)).toFixed(1)}% of the time; load average ${loadavg()[0]!.toFixed(1)}`,
    );
    if (out !== undefined) {
      const machine = { processor: cpus()[0]?.model, cores: cpus().length, load: loadavg() };
      await mkdir(dirname(out), { recursive: true });
      const record = { command: `benchmark image-loading ${args.join(' ')}`.trim(), machine, rows, details };
      await writeFile(out, `${JSON.stringify(record, null, 2)}\n`);
    }
    return 0;
  },
};

interface Line {
  readonly directory: string;
  readonly workers: number;
  readonly batch: number;
  readonly images: number;
  readonly rounds: number;
  readonly resize: 'pillow' | 'sharp';
  readonly ours: boolean;
  readonly python?: string;
  readonly out?: string;
}

function parseLine(args: readonly string[]): Line | undefined {
  const { values, positionals } = parseCommandLine({
    args: [...args],
    allowPositionals: true,
    options: {
      workers: text(String(availableParallelism())),
      batch: text('16'),
      images: text('320'),
      rounds: text('3'),
      resize: text('pillow'),
      ours: flag,
      python: text(),
      out: text(),
      help: flag,
    },
  });
  if (values.help) return undefined;
  const [directory] = positionals;
  if (directory === undefined || positionals.length > 1) {
    throw new UsageError(`expected one folder of JPEG files, got ${positionals.length}`);
  }
  const { resize, ours, python, out } = values;
  if (resize !== 'pillow' && resize !== 'sharp')
    throw new UsageError(`--resize: expected pillow or sharp, got ${resize}`);
  return {
    directory,
    workers: wholeNumber('workers', values.workers),
    batch: wholeNumber('batch', values.batch),
    images: wholeNumber('images', values.images),
    rounds: wholeNumber('rounds', values.rounds),
    resize,
    ours,
    python,
    out,
  };
}
