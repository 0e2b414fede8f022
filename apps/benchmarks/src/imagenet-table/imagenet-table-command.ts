import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flag, parseCommandLine, text } from '../command-line.js';
import type { BenchmarkCommand } from '../run-benchmark-commands.js';
import { formatImageNetTable } from './format-imagenet-table.js';
import { computeFigures, imageNetRows } from './imagenet-rows.js';

const HELP = `benchmark imagenet-table: the ImageNet rows of the Perceiver papers, computed

Usage: npm run benchmark -- imagenet-table [options]

Parameters and operations come from the models themselves, in seconds, without weights.

Options:
  --out FILE     JSON of everything
  --help         this text
`;

/** `benchmark imagenet-table`. */
export const imageNetTableCommand: BenchmarkCommand = {
  name: 'imagenet-table',
  summary: "the papers' ImageNet rows: parameters and operations computed, beside the papers' figures",
  run: async (args, { stdout }) => {
    const { help, out } = parseLine(args);
    if (help) {
      stdout.write(HELP);
      return 0;
    }
    const rows = imageNetRows.map((row) => ({ row, computed: computeFigures(row) }));
    stdout.write(`${formatImageNetTable(rows)}\n`);
    if (out !== undefined) {
      const record = rows.map(({ row: { name, paper }, computed }) => ({ name, paper, computed }));
      await mkdir(dirname(out), { recursive: true });
      await writeFile(out, `${JSON.stringify(record, null, 2)}\n`);
    }
    return 0;
  },
};

function parseLine(args: readonly string[]): { help?: boolean; out?: string } {
  return parseCommandLine({ args: [...args], options: { help: flag, out: text() } }).values;
}
