import type { PythonPeers } from './python-peers.js';

/** What a benchmark runs with. */
export interface BenchmarkContext {
  /** Pairs of processes. */
  readonly rounds: number;
  /** Threads of both sides. */
  readonly threads: number;
  /** Folder for generated weights. */
  readonly cache: string;
  /** PyTorch's Adam in its fused form. */
  readonly fusedAdam: boolean;
  /** Finds the Python interpreter. Throws UsageError where there is none. */
  readonly python: () => Promise<PythonPeers>;
  /** Says on stderr what goes on. */
  readonly say: (text: string) => void;
}

/** One measured figure beside its bar. */
export interface Row {
  readonly benchmark: string;
  readonly measure: string;
  readonly unit: 's' | 'MB' | '';
  readonly ours: number;
  /** The peer's; absent where only our side is measured. */
  readonly peer?: number;
  /** What is held against the bar: ours / peer, or what `measure` says. */
  readonly ratio: number;
  /** Largest ratio that reaches the goal; absent where none is set. */
  readonly bar?: number;
}

/** Whether a row reaches its bar; undefined where it has none. */
export function isReached({ ratio, bar }: Row): boolean | undefined {
  return bar === undefined ? undefined : ratio <= bar;
}

export interface BenchmarkResult {
  readonly rows: readonly Row[];
  /** Everything that was measured, for the JSON file. */
  readonly details: unknown;
}

export interface Benchmark {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly run: (context: BenchmarkContext) => Promise<BenchmarkResult>;
}

/** A run that measured something else than it should, such as two models that disagree. */
export class BenchmarkError extends Error {
  override name = 'BenchmarkError';
}
