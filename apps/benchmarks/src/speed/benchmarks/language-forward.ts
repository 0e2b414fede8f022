import type { Benchmark } from '../benchmark.js';
import { languageCheckpoint } from '../language-checkpoint.js';
import { pairedRows, runPaired } from '../run-paired.js';

const name = 'language-forward';

/** Forward pass of the released masked language model. */
export const languageForward: Benchmark = {
  name,
  summary: 'forward pass of the masked language model, 201,108,230 parameters, 2048 bytes, batch 1',
  async run(context) {
    const rounds = await runPaired(context, {
      benchmark: name,
      worker: 'language-forward',
      script: 'speed_language.py',
      settings: { mode: 'forward', directory: await languageCheckpoint(context), warmup: 2, repeats: 7 },
      tolerance: 1e-4,
    });
    return { rows: pairedRows(name, rounds, { time: 0.75, memory: 0.75 }), details: rounds };
  },
};
