import { loadavg } from 'node:os';
import { type BenchmarkContext, BenchmarkError, type Row } from './benchmark.js';
import { median } from './median.js';
import { type MeasuredProcess, type ProcessReport, runPeer, runWorker } from './run-process.js';

/** One of our processes and one of the peer's, one right after the other. */
export interface Round {
  readonly ours: MeasuredProcess;
  readonly peer: MeasuredProcess;
  /** Load average of the last minute, before the round. */
  readonly load: number;
}

export interface PairedOptions {
  readonly benchmark: string;
  /** Our worker. */
  readonly worker: string;
  /** The peer's script. */
  readonly script: string;
  /** Given to both, with the number of threads. */
  readonly settings: object;
  /** Largest max|a - b| / max|b| between the reports' `check`; both sides must compute the same. */
  readonly tolerance: number;
}

/** Runs both sides in turn, A B A B, each time in fresh processes. Throws BenchmarkError where they disagree. */
export async function runPaired(context: BenchmarkContext, options: PairedOptions): Promise<Round[]> {
  const { benchmark, worker, script } = options;
  const python = await context.python();
  const settings = { ...options.settings, threads: context.threads };
  const rounds: Round[] = [];
  for (let i = 0; i < context.rounds; i++) {
    const load = loadavg()[0]!;
    const ours = await runWorker(worker, settings);
    const peer = await runPeer(python, script, settings);
    checkAgreement(benchmark, ours.report, peer.report, options.tolerance);
    rounds.push({ ours, peer, load });
    const [a, b] = [secondsOf(ours), secondsOf(peer)];
    context.say(
      `${benchmark} ${i + 1}/${context.rounds}: ${a.toFixed(3)} s, PyTorch ${b.toFixed(3)} s, load ${load.toFixed(1)}`,
    );
  }
  return rounds;
}

/** The median of a process' repetitions; of a process that reports none, the time to its answer. */
export function secondsOf({ report, secondsToReport }: MeasuredProcess): number {
  return report.seconds === undefined ? secondsToReport : median(report.seconds);
}

/** Rows of time and peak memory: medians over the rounds; the ratio is the median of the rounds' ratios. */
export function pairedRows(
  benchmark: string,
  rounds: readonly Round[],
  bars: { time: number; memory?: number },
): Row[] {
  const row = (
    measure: string,
    unit: 's' | 'MB',
    bar: number | undefined,
    of: (process: MeasuredProcess) => number,
  ): Row => ({
    benchmark,
    measure,
    unit,
    ours: median(rounds.map(({ ours }) => of(ours))),
    peer: median(rounds.map(({ peer }) => of(peer))),
    ratio: median(rounds.map(({ ours, peer }) => of(ours) / of(peer))),
    bar,
  });
  const megabytes = ({ report }: MeasuredProcess) => report.peakBytes / 1e6;
  return [row('time', 's', bars.time, secondsOf), row('peak memory', 'MB', bars.memory, megabytes)];
}

/** Throws BenchmarkError unless both sides report the same numbers within `tolerance`. */
export function checkAgreement(benchmark: string, ours: ProcessReport, peer: ProcessReport, tolerance: number): void {
  const [a, b] = [ours.check ?? [], peer.check ?? []];
  if (a.length !== b.length || a.length === 0) {
    throw new BenchmarkError(
      `${benchmark}: expected as many numbers to compare from both sides, got ${a.length} and ${b.length}`,
    );
  }
  const largest = Math.max(...b.map(Math.abs));
  const difference = Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / largest;
  if (!(difference <= tolerance)) {
    throw new BenchmarkError(
      `${benchmark}: expected both sides to agree to ${tolerance}, got max|a - b| / max|b| = ${difference}; ours ${a.slice(0, 5)}, PyTorch's ${b.slice(0, 5)}`,
    );
  }
}
