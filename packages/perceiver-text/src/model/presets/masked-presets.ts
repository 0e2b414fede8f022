import type { MaskedLanguageModelConfig } from '../masked-language-model.js';
import { languagePerceiverIoBase } from './language-perceiver-io-base.js';
import { languagePerceiverIoBaseSentencePiece } from './language-perceiver-io-base-sentencepiece.js';
import { languagePerceiverIoPlusPlus } from './language-perceiver-io-plus-plus.js';
import { languagePerceiverTiny } from './language-perceiver-tiny.js';

/** Masked language models by name. */
export const maskedLanguageModelPresets = {
  'language-perceiver-io-base': languagePerceiverIoBase,
  'language-perceiver-io-base-sentencepiece': languagePerceiverIoBaseSentencePiece,
  'language-perceiver-io-plus-plus': languagePerceiverIoPlusPlus,
  tiny: languagePerceiverTiny,
} satisfies Record<string, MaskedLanguageModelConfig>;
