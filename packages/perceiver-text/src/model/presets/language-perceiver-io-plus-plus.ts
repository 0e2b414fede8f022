import type { MaskedLanguageModelConfig } from '../masked-language-model.js';
import { languagePerceiverIoBase } from './language-perceiver-io-base.js';

/** Perceiver IO++ on UTF-8 bytes (Perceiver IO, table 1): 40 layers of 1536 channels, 425M parameters, 241 GFLOPs, 81.8 on GLUE. */
export const languagePerceiverIoPlusPlus: MaskedLanguageModelConfig = {
  ...languagePerceiverIoBase,
  encoder: {
    ...languagePerceiverIoBase.encoder,
    latentChannels: 1536,
    vChannels: 1536,
    numSelfAttendsPerBlock: 40,
  },
};
