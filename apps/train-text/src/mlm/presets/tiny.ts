import { maskedLanguageModelPresets } from 'perceiver-text';
import type { Preset } from 'perceiver-training/node';
import { mlmModelSettings } from '../config.js';

/** Every part of a run in some seconds, for tests. It learns next to nothing. */
export const tiny: Preset = {
  summary: 'a few steps of a very small model, to see that everything works',
  config: {
    data: { text: ['alice-in-wonderland'] },
    model: mlmModelSettings(maskedLanguageModelPresets.tiny),
    training: { steps: 20, batchSize: 4 },
    evaluation: { maxWindows: 8, batchSize: 4 },
  },
};
