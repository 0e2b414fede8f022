import { rm } from 'node:fs/promises';
import type { Benchmark, BenchmarkContext, Row } from '../benchmark.js';
import { median } from '../median.js';
import {
  RELEASED,
  type ReleasedName,
  releasedCheckpoint,
  WEIGHTS_FILES,
  type WeightsFormat,
} from '../released-checkpoint.js';
import { runWorker } from '../run-process.js';

interface LoadReport {
  readonly seconds: readonly number[];
  readonly loadedBytes: number;
  readonly weightBytes: number;
}

/** What is measured of a file, and the worker that does it. */
const WAYS = { 'opened, weights mapped': 'load-model', 'read into memory': 'read-weights' } as const;

async function measure(
  { rounds, threads }: BenchmarkContext,
  name: ReleasedName,
  path: string,
  worker: string,
): Promise<LoadReport[]> {
  const reports: LoadReport[] = [];
  for (let i = 0; i < rounds; i++) {
    reports.push((await runWorker(worker, { name, path, threads })).report as unknown as LoadReport);
  }
  return reports;
}

/** Opening each released model, from both kinds of files that the hub has. Our side only. */
export const loadBenchmarks: readonly Benchmark[] = RELEASED.map((name) => ({
  name,
  summary: 'opening the model, from safetensors and from a PyTorch file',
  async run(context) {
    const rows: Row[] = [];
    const details: Record<string, LoadReport[]> = {};
    for (const format of Object.keys(WEIGHTS_FILES) as WeightsFormat[]) {
      const directory = await releasedCheckpoint(context, name, format);
      for (const [way, worker] of Object.entries(WAYS)) {
        const reports = await measure(context, name, directory, worker);
        details[`${format} ${way}`] = reports;
        const taken = median(reports.map(({ loadedBytes }) => loadedBytes));
        const seconds = median(reports.flatMap((one) => one.seconds));
        rows.push({
          benchmark: name,
          measure: `${format}, ${way} in ${seconds.toFixed(2)} s: peak / weights`,
          unit: 'MB',
          ours: taken / 1e6,
          ratio: taken / reports[0]!.weightBytes,
          bar: 1.2,
        });
      }
      // The other benchmarks use the safetensors file; nothing else uses this one.
      if (format === 'pytorch') await rm(directory, { recursive: true });
    }
    return { rows, details };
  },
}));
