import { maskedLanguageModelPresets } from 'perceiver-text';
import type { Preset } from 'perceiver-training/node';
import { mlmModelSettings } from '../config.js';

/**
 * Perceiver IO on UTF-8 bytes as published (arXiv 2107.14795, table 1 and appendix F.2): 201,108,230 parameters on 2048 bytes;
 * 500,000 steps of batch 2048 on 70% C4 and 30% Wikipedia, 15% of words hidden; 81.0 on GLUE after fine-tuning.
 *
 *     train-text mlm --preset language-perceiver-io-base --data.text FOLDER --data.heldOut FILE
 *
 * A batch of 2048 is 256 batches of 8 here, whose gradients are averaged. For one of 8 alone take `--training.accumulate 1
 * --training.optimizer adamw --training.learningRate 1e-4`.
 */
export const languagePerceiverIoBase: Preset = {
  summary: 'the published Perceiver IO on 2048 bytes, 201M parameters; needs an accelerator or much patience',
  config: {
    model: mlmModelSettings(maskedLanguageModelPresets['language-perceiver-io-base']),
    training: {
      steps: 500_000,
      batchSize: 8,
      accumulate: 256,
      optimizer: 'lamb',
      learningRate: 1.25e-3,
      warmup: 0.002,
      b2: 0.999,
      weightDecay: 0.01,
      checkpointSeconds: 1800,
    },
    evaluation: { everySeconds: 1800, batchSize: 8 },
  },
};
