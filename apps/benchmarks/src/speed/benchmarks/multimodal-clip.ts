import type { Benchmark } from '../benchmark.js';
import { releasedCheckpoint } from '../released-checkpoint.js';
import { pairedRows, runPaired } from '../run-paired.js';

const name = 'multimodal-clip';

/** A whole clip through the autoencoder: one encode, all 802,816 pixels and 30,720 samples decoded in 128 chunks. */
export const multimodalClip: Benchmark = {
  name,
  summary: 'a clip through the audio-video autoencoder: one encode, 802,816 pixels and 30,720 samples in 128 chunks',
  async run(context) {
    const directory = await releasedCheckpoint(context, 'multimodal-perceiver');
    const rounds = await runPaired(context, {
      benchmark: name,
      worker: 'multimodal-clip',
      script: 'speed_multimodal.py',
      settings: { directory, chunks: 128, repeats: 1 },
      tolerance: 1e-4,
    });
    return { rows: pairedRows(name, rounds, { time: 0.5, memory: 0.75 }), details: rounds };
  },
};
