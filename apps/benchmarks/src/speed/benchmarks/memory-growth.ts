import type { Benchmark, Row } from '../benchmark.js';
import { runWorker } from '../run-process.js';

const name = 'memory-growth';
const STEPS = 1000;
const EVERY = 100;

interface StepsReport {
  readonly residentBytes: readonly number[];
}

interface AdamReport {
  readonly peakBytes: number;
  readonly baseBytes: number;
  readonly parameters: number;
}

/** Whether memory stays level over a run, and what Adam keeps. Our side only. */
export const memoryGrowth: Benchmark = {
  name,
  summary: 'resident memory over 1,000 training steps; peak of Adam on 50 million parameters',
  async run({ threads, say }) {
    const steps = (await runWorker('memory-steps', { threads, steps: STEPS, every: EVERY }))
      .report as unknown as StepsReport;
    const first = steps.residentBytes[0]! / 1e6;
    const last = steps.residentBytes.at(-1)! / 1e6;
    say(`${name}: ${first.toFixed(0)} MB after ${EVERY} steps, ${last.toFixed(0)} MB after ${STEPS}`);
    const adam = (await runWorker('memory-adam', { threads, steps: 5 })).report as unknown as AdamReport;
    const parameterBytes = 4 * adam.parameters;
    const taken = adam.peakBytes - adam.baseBytes;
    say(
      `${name}: ${adam.parameters.toLocaleString('en-US')} parameters (${(parameterBytes / 1e6).toFixed(0)} MB), peak ${(taken / 1e6).toFixed(0)} MB above the idle process`,
    );
    const rows: Row[] = [
      {
        benchmark: name,
        measure: 'resident after 1,000 steps / after 100',
        unit: 'MB',
        ours: last,
        ratio: last / first,
        bar: 1.05,
      },
      {
        benchmark: name,
        measure: "Adam's peak / bytes of the parameters",
        unit: 'MB',
        ours: taken / 1e6,
        ratio: taken / parameterBytes,
        bar: 4.2,
      },
    ];
    return { rows, details: { steps, adam } };
  },
};
