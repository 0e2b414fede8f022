import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A run of a table that takes hours. */
export interface PlannedRun {
  /** The row that it counts for. */
  readonly name: string;
  readonly seed: number;
  /** Whatever else decides its figures. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** A run that is through, one line of the file. */
export interface FinishedRun extends PlannedRun {
  /** Shares, counts, seconds, by name. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Runs that were finished earlier, kept as JSON lines, so that an interrupted table goes on with the next run. */
export interface FinishedRuns {
  /** A run of exactly this plan, if it is there. */
  find(plan: PlannedRun): FinishedRun | undefined;
  /** Puts a line at the file's end. */
  add(finished: FinishedRun): Promise<void>;
}

const keyOf = ({ name, seed, settings }: PlannedRun): string =>
  JSON.stringify([name, seed, Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))]);

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
    find: (plan) => runs.get(keyOf(plan)),
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
  const { name, seed, settings, figures } = run ?? {};
  const isRecord = (value: unknown) => typeof value === 'object' && value !== null;
  if (typeof name === 'string' && typeof seed === 'number' && isRecord(settings) && isRecord(figures)) {
    return run as FinishedRun;
  }
  throw new TypeError(`${place}: expected a finished run as JSON, got ${line.slice(0, 80)}`);
}

/** How planned runs are made. */
export interface FinishOptions<P extends PlannedRun> {
  /** Starts no run after so many minutes. */
  readonly minutes?: number;
  /** Makes a run and gives its figures; `seconds` is added where it does not say them itself. */
  readonly run: (plan: P) => Promise<Readonly<Record<string, number>>>;
  /** Told what was done, a line at a time. */
  readonly say: (line: string) => void;
  /** The figures of a finished run in a line. */
  readonly describe: (run: FinishedRun) => string;
}

/** Makes the runs that are not there yet, one after the other, each kept as soon as it is through. */
export async function finishRuns<P extends PlannedRun>(
  finished: FinishedRuns,
  plans: readonly P[],
  { minutes = Number.POSITIVE_INFINITY, run, say, describe }: FinishOptions<P>,
): Promise<void> {
  const start = performance.now();
  for (const plan of plans) {
    const known = finished.find(plan);
    if (known === undefined && performance.now() - start >= minutes * 60_000) {
      say(`${minutes} minutes are over; the same command goes on`);
      return;
    }
    const done = known ?? (await makeRun(plan, run));
    if (known === undefined) await finished.add(done);
    const taken = known === undefined ? `${done.figures.seconds!.toFixed(0)} s` : 'finished earlier';
    say(`${plan.name}, seed ${plan.seed}: ${describe(done)}, ${taken}`);
  }
}

async function makeRun<P extends PlannedRun>(plan: P, run: FinishOptions<P>['run']): Promise<FinishedRun> {
  const start = performance.now();
  const figures = await run(plan);
  const { name, seed, settings } = plan;
  return { name, seed, settings, figures: { seconds: (performance.now() - start) / 1000, ...figures } };
}
