import { maskedLanguageModelPresets } from 'perceiver-text';
import type { Preset } from 'perceiver-training/node';
import { mlmModelSettings } from '../config.js';
import { languagePerceiverIoBase } from './language-perceiver-io-base.js';

/**
 * Perceiver IO++ on UTF-8 bytes as published (arXiv 2107.14795, table 1): 40 layers of 1536 channels, 425,607,430 parameters; 81.8
 * on GLUE after fine-tuning.
 *
 *     train-text mlm --preset language-perceiver-io-plus-plus --data.text FOLDER --data.heldOut FILE
 */
export const languagePerceiverIoPlusPlus: Preset = {
  summary: 'the published Perceiver IO++, 40 layers, 426M parameters; needs an accelerator',
  config: {
    ...languagePerceiverIoBase.config,
    model: mlmModelSettings(maskedLanguageModelPresets['language-perceiver-io-plus-plus']),
  },
};
