import { maskedLanguageModelPresets } from 'perceiver-text';
import type { Preset } from 'perceiver-training/node';
import { mlmModelSettings } from '../config.js';
import { languagePerceiverIoBase } from './language-perceiver-io-base.js';

/**
 * Perceiver IO Base on 512 SentencePiece tokens as published (arXiv 2107.14795, table 1): 223,155,456 parameters; 81.2 on GLUE after
 * fine-tuning. The vocabulary of 32,000 pieces was not published; any of at most as many will do.
 *
 *     train-text mlm --preset language-perceiver-io-base-sentencepiece --data.text FILE --data.tokenizer spiece.model
 */
export const languagePerceiverIoBaseSentencePiece: Preset = {
  summary:
    'the published Perceiver IO on 512 SentencePiece tokens, 223M parameters; needs a tokenizer and an accelerator',
  config: {
    ...languagePerceiverIoBase.config,
    model: mlmModelSettings(maskedLanguageModelPresets['language-perceiver-io-base-sentencepiece']),
  },
};
