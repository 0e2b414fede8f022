import type { Benchmark } from '../benchmark.js';
import { type ReleasedName, releasedCheckpoint } from '../released-checkpoint.js';
import { pairedRows, runPaired } from '../run-paired.js';

interface ForwardOptions {
  readonly summary: string;
  readonly checkpoint: ReleasedName;
  readonly repeats: number;
  readonly bars: { readonly time: number; readonly memory: number };
}

function forwardBenchmark(name: string, { summary, checkpoint, repeats, bars }: ForwardOptions): Benchmark {
  return {
    name,
    summary: `forward pass: ${summary}`,
    async run(context) {
      const rounds = await runPaired(context, {
        benchmark: name,
        worker: 'forward',
        script: 'speed_forward.py',
        settings: { name: checkpoint, directory: await releasedCheckpoint(context, checkpoint), warmup: 1, repeats },
        tolerance: 1e-4,
      });
      return { rows: pairedRows(name, rounds, bars), details: rounds };
    },
  };
}

const bars = { time: 0.75, memory: 0.75 };

/** Forward passes of the released image and optical flow models. */
export const releasedForward: readonly Benchmark[] = [
  forwardBenchmark('vision-fourier', {
    summary: 'image classifier on Fourier features, 224 x 224 pixels, batch 1',
    checkpoint: 'vision-perceiver-fourier',
    repeats: 3,
    bars,
  }),
  forwardBenchmark('vision-conv', {
    summary: 'image classifier behind a convolution, 224 x 224 pixels, batch 1',
    checkpoint: 'vision-perceiver-conv',
    repeats: 5,
    bars,
  }),
  forwardBenchmark('vision-learned', {
    summary: 'image classifier with learned positions, 224 x 224 pixels, batch 1',
    checkpoint: 'vision-perceiver-learned',
    repeats: 3,
    bars,
  }),
  forwardBenchmark('optical-flow', {
    summary: 'optical flow of a pair of 368 x 496 pixels',
    checkpoint: 'optical-flow-perceiver',
    repeats: 1,
    bars: { time: 0.75, memory: 0.4 },
  }),
];
