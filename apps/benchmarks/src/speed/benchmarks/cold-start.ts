import type { Benchmark } from '../benchmark.js';
import { languageCheckpoint } from '../language-checkpoint.js';
import { pairedRows, runPaired } from '../run-paired.js';

const name = 'cold-start';

/** Start of the process to the first answer. */
export const coldStart: Benchmark = {
  name,
  summary: 'start of the process to the first answer of fillMask: imports, 800 MB of weights, compilation, run',
  async run(context) {
    const rounds = await runPaired(context, {
      benchmark: name,
      worker: 'cold-start',
      script: 'speed_cold_start.py',
      settings: {
        directory: await languageCheckpoint(context),
        before: 'This is an incomplete sentence where some words are',
        masks: 9,
      },
      // Both answer with bytes.
      tolerance: 0,
    });
    return { rows: pairedRows(name, rounds, { time: 0.7 }), details: rounds };
  },
};
