import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A run that is through. */
export interface Cell {
  readonly name: string;
  readonly seed: number;
  /** Updates. */
  readonly steps: number;
  /** What it was run with; a cell counts only for the same. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Share of the development set that is right after the last step. */
  readonly accuracy: number;
  readonly seconds: number;
}

/** Whether a cell is of this run. */
export function isSame(a: Omit<Cell, 'accuracy' | 'seconds'>, b: Omit<Cell, 'accuracy' | 'seconds'>): boolean {
  const key = ({ seed, steps, settings }: typeof a) => JSON.stringify([seed, steps, Object.entries(settings).sort()]);
  return key(a) === key(b);
}

/** Reads the cells of a file; none where there is no file. A line that was cut off at the end is left out. */
export async function readCells(path: string): Promise<Cell[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      try {
        const cell = JSON.parse(line) as Cell;
        if (typeof cell.accuracy === 'number' && typeof cell.settings === 'object') return cell;
      } catch {}
      throw new Error(`${path}:${index + 1}: expected a finished cell of glue-ingredients, got ${line.slice(0, 60)}`);
    });
}

/** Adds a cell at the end of a file, and drops a line that was cut off. */
export async function addCell(path: string, cell: Cell): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const cells = [...(await readCells(path)), cell];
  await writeFile(`${path}.new`, cells.map((each) => `${JSON.stringify(each)}\n`).join(''));
  await rename(`${path}.new`, path);
}
