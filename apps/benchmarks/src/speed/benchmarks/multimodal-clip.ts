import type { Benchmark, BenchmarkContext, BenchmarkResult } from '../benchmark.js';
import { releasedCheckpoint } from '../released-checkpoint.js';
import { pairedRows, runPaired } from '../run-paired.js';

/** Pieces in which a clip's output points are decoded. */
const CHUNKS = 128;

async function runClip(
  benchmark: string,
  context: BenchmarkContext,
  settings: { readonly decoded: number; readonly warmup: number; readonly repeats: number },
  bars: { readonly time: number; readonly memory: number },
): Promise<BenchmarkResult> {
  const rounds = await runPaired(context, {
    benchmark,
    worker: 'multimodal-clip',
    script: 'speed_multimodal.py',
    settings: { directory: await releasedCheckpoint(context, 'multimodal-perceiver'), chunks: CHUNKS, ...settings },
    tolerance: 1e-4,
  });
  return { rows: pairedRows(benchmark, rounds, bars), details: rounds };
}

/** A whole clip through the autoencoder: one encode, all 802,816 pixels and 30,720 samples decoded. Compiling counts. */
export const multimodalClip: Benchmark = {
  name: 'multimodal-clip',
  summary: 'a clip through the audio-video autoencoder: one encode, 802,816 pixels and 30,720 samples in 128 chunks',
  run: (context) =>
    runClip('multimodal-clip', context, { decoded: CHUNKS, warmup: 0, repeats: 1 }, { time: 0.5, memory: 0.75 }),
};

/** One encode and one chunk: what a forward pass of transformers' notebook is. */
export const multimodalChunk: Benchmark = {
  name: 'multimodal-chunk',
  summary: 'the same with one of the 128 chunks: 6,272 pixels, 240 samples and the label',
  run: (context) =>
    runClip('multimodal-chunk', context, { decoded: 1, warmup: 1, repeats: 3 }, { time: 0.75, memory: 0.75 }),
};
