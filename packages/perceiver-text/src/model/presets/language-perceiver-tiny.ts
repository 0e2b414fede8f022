import type { MaskedLanguageModelConfig } from '../masked-language-model.js';

/** The same model small enough for tests and for a look at training on a laptop: 128 bytes, about 50 thousand parameters. */
export const languagePerceiverTiny: MaskedLanguageModelConfig = {
  vocabSize: 262,
  maxPositions: 128,
  modelChannels: 32,
  decoderQkChannels: 32,
  decoderHeads: 4,
  encoder: {
    numLatents: 16,
    latentChannels: 32,
    numBlocks: 1,
    numSelfAttendsPerBlock: 2,
    numSelfAttentionHeads: 4,
    numCrossAttentionHeads: 4,
    qkChannels: 32,
    vChannels: 32,
    attentionDropout: 0,
  },
};
