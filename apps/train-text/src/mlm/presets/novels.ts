import type { Preset } from 'perceiver-training/node';

/**
 * A small Perceiver IO on three bundled novels.
 *
 *     train-text mlm --preset novels
 *
 * Masked bytes are learnt slowly from scratch: expect the plateau of byte frequencies (about 4.6 bits a hidden byte, 16% right)
 * for more than 3,000 steps, in PyTorch as here. `novels-growing` leaves it.
 */
export const novels: Preset = {
  summary: 'a small Perceiver IO on three novels: 3 minutes show the loss fall to the plateau of byte frequencies',
  config: { training: { minutes: 3, learningRate: 1e-3, weightDecay: 0.01 } },
};
