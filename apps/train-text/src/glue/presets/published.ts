import type { Preset } from 'perceiver-training/node';

/**
 * Fine-tuning of the released byte-level model as published (arXiv 2107.14795, appendix F.3 and table 1): LAMB, 10 epochs, 200 warm-up
 * steps, weight decay 0.01, batch of 16, 32 or 64 and learning rate of 1e-4, 5e-5, 2e-5 or 1e-5, whichever is best for a task. 81.0 on
 * average over the development sets.
 *
 *     train-text glue --preset published --task sst2 --data FOLDER
 */
export const published: Preset = {
  summary: 'fine-tunes deepmind/language-perceiver as published; needs an accelerator or much patience',
  config: {
    from: 'deepmind/language-perceiver',
    training: {
      epochs: 10,
      batchSize: 32,
      optimizer: 'lamb',
      learningRate: 1e-4,
      weightDecay: 0.01,
      b2: 0.999,
      warmupSteps: 200,
      checkpointSeconds: 1800,
    },
  },
};
