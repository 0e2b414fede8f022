import type { Preset } from 'perceiver-training/node';

/**
 * A small Perceiver IO on three bundled novels, which learns what stands beside hidden words.
 *
 *     train-text mlm --preset novels
 *
 * On whole windows alone it stays where byte frequencies are (about 4.8 bits a hidden byte) for thousands of steps, in PyTorch as here: no
 * byte says from the start which of 256 others matter for it. Pieces of 16 bytes leave that plateau within a few hundred steps, and longer
 * ones go on from there; pieces keep their places in the window, so that all positions learn. docs/masked-language-models.md has the figures.
 */
export const novels: Preset = {
  summary: 'a small Perceiver IO on three novels, short contexts first: minutes on 2 cores',
  config: {
    training: {
      steps: 2400,
      batchSize: 32,
      learningRate: 1e-3,
      warmup: 0.05,
      weightDecay: 0.01,
      initialWeights: 'variance-scaling',
      initialPositions: 'fourier',
      shortContexts: [
        { length: 16, steps: 1400 },
        { length: 64, steps: 400 },
      ],
    },
  },
};
