import type { Benchmark } from '../benchmark.js';
import { languageCheckpoint } from '../language-checkpoint.js';
import { pairedRows, runPaired } from '../run-paired.js';

function trainBenchmark(name: string, dropout: number, tolerance: number): Benchmark {
  return {
    name,
    summary: `AdamW step of the same model, batch 1, attention dropout ${dropout}`,
    async run(context) {
      const rounds = await runPaired(context, {
        benchmark: name,
        worker: 'language-train',
        script: 'speed_language.py',
        settings: {
          mode: 'train',
          directory: await languageCheckpoint(context),
          dropout,
          fusedAdam: context.fusedAdam,
          warmup: 1,
          repeats: 4,
        },
        tolerance,
      });
      return { rows: pairedRows(name, rounds, { time: 0.85, memory: 1.1 }), details: rounds };
    },
  };
}

/** AdamW step as the released configuration trains. Each side draws its own dropout, so losses agree only roughly. */
export const languageTrain = trainBenchmark('language-train', 0.1, 0.05);

/** The same without dropout, where losses must agree step by step. */
export const languageTrainWithoutDropout = trainBenchmark('language-train-no-dropout', 0, 1e-3);
