import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { flag, parseCommandLine, text, wholeNumber } from '../command-line.js';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { runWorker } from '../speed/run-process.js';
import { type FilledRow, formatGlueQueryTable, formatGlueTable } from './format-glue-table.js';
import { glueQueryRows, queryParameters } from './glue-query-rows.js';
import { computeFigures, type GlueRow, glueRows, timedRows } from './glue-rows.js';

const HELP = `benchmark glue: the GLUE tables of the Perceiver IO paper, computed and measured

Usage: npm run benchmark -- glue [options]

Parameters, depth, M, N and operations come from the models themselves, in seconds. With --steps every row trains in a process of
its own, one after the other, round by round: loss, gradients and update of a masked language model on the same batch of random tokens.
The largest model needs about 6 GB.

Options:
  --steps        measure training steps per second of all rows, as ratios to BERT Base
  --rounds N     times that each row is measured (default 2)
  --repeats N    steps a time, after one that does not count (default 2)
  --batch N      texts a step (default 1)
  --threads N    threads (default: all cores)
  --out FILE     JSON of everything
  --help         this text
`;

/** `benchmark glue`. */
export const glueCommand: BenchmarkCommand = {
  name: 'glue',
  summary: "the paper's GLUE tables: parameters and operations computed, speeds measured, beside the paper's figures",
  run: async (args, { stdout, stderr }) => {
    const line = parseLine(args);
    if (line.help) {
      stdout.write(HELP);
      return 0;
    }
    const seconds = new Map(timedRows.map((row): [GlueRow, number[]] => [row, []]));
    const loads: number[] = [];
    for (let round = 0; line.steps && round < line.rounds; round++) {
      for (const row of timedRows) {
        loads.push(loadavg()[0]!);
        const { batch, threads, repeats } = line;
        const { report } = await runWorker('glue-step', { row: row.name, batch, threads, repeats });
        seconds.get(row)!.push(...report.seconds!);
        const took = report.seconds!.map((one) => `${one.toFixed(2)} s`).join(', ');
        stderr.write(
          `${row.name}, round ${round + 1}/${line.rounds}: ${took} a step, load ${loads.at(-1)!.toFixed(1)}\n`,
        );
      }
    }
    const rows: FilledRow[] = glueRows.map((row) => ({
      row,
      computed: computeFigures(row),
      ...(line.steps && seconds.has(row) ? { seconds: seconds.get(row)! } : {}),
    }));
    const queries = glueQueryRows.map((row) => ({ ...row, ...queryParameters(row) }));
    stdout.write(`${formatGlueTable(rows)}\n\n${formatGlueQueryTable(queries)}\n`);
    if (line.out !== undefined) {
      const record = {
        command: `benchmark glue ${args.join(' ')}`.trim(),
        machine: { processor: cpus()[0]?.model, cores: cpus().length, loads },
        ...(line.steps ? { batch: line.batch, threads: line.threads } : {}),
        rows: rows.map(({ row: { model: _, ...row }, ...rest }) => ({ ...row, ...rest })),
        queries,
      };
      await mkdir(dirname(line.out), { recursive: true });
      await writeFile(line.out, `${JSON.stringify(record, null, 2)}\n`);
    }
    return 0;
  },
};

function parseLine(args: readonly string[]) {
  const options = {
    steps: flag,
    rounds: text('2'),
    repeats: text('2'),
    batch: text('1'),
    threads: text(String(availableParallelism())),
    out: text(),
    help: flag,
  };
  const { values } = parseCommandLine({ args: [...args], options });
  return {
    ...values,
    rounds: wholeNumber('rounds', values.rounds),
    repeats: wholeNumber('repeats', values.repeats),
    batch: wholeNumber('batch', values.batch),
    threads: wholeNumber('threads', values.threads),
  };
}
