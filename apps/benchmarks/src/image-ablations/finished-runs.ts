import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AblationFigures, AblationTraining } from './train-ablation.js';

/** What one run of the table was made of. */
export interface AblationRun extends AblationTraining {
  /** Name of the ablation. */
  readonly ablation: string;
  readonly seed: number;
  /** Data set. */
  readonly data: string;
}

/** One line of the file: a run and its figures. */
export type FinishedRun = AblationRun & AblationFigures;

/** Runs that were finished earlier, kept as JSON lines, so that an interrupted table goes on with the next run. */
export interface FinishedRuns {
  /** The figures of a run of exactly these settings, if there are any. */
  find(run: AblationRun): FinishedRun | undefined;
  /** Puts a line at the file's end. */
  add(finished: FinishedRun): Promise<void>;
}

const keyOf = ({ ablation, seed, data, steps, batchSize, evaluated }: AblationRun): string =>
  JSON.stringify([ablation, seed, data, steps, batchSize, evaluated]);

/**
 * Opens a file of finished runs, or begins one. A line that was cut off while it was written is removed.
 *
 * @throws TypeError for a whole line that is no run
 */
export async function openFinishedRuns(path: string): Promise<FinishedRuns> {
  await mkdir(dirname(path), { recursive: true });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await writeFile(path, whole);
  const runs = new Map<string, FinishedRun>();
  const lines = whole.split('\n').slice(0, -1);
  lines.forEach((line, index) => {
    const run = parseRun(line, `${path}:${index + 1}`);
    runs.set(keyOf(run), run);
  });
  return {
    find: (run) => runs.get(keyOf(run)),
    add: async (finished) => {
      runs.set(keyOf(finished), finished);
      await appendFile(path, `${JSON.stringify(finished)}\n`);
    },
  };
}

function parseRun(line: string, place: string): FinishedRun {
  let run: Partial<FinishedRun> | null = null;
  try {
    run = JSON.parse(line);
  } catch {}
  const figures = [run?.seed, run?.steps, run?.accuracy, run?.trainAccuracy, run?.parameters];
  if (typeof run?.ablation === 'string' && figures.every((figure) => typeof figure === 'number')) {
    return run as FinishedRun;
  }
  throw new TypeError(`${place}: expected a finished run as JSON, got ${line.slice(0, 80)}`);
}
