import type { MaskedLanguageModelConfig } from '../masked-language-model.js';

/**
 * Perceiver IO on UTF-8 bytes (Perceiver IO, table 1 and appendix F.2): 201,108,230 parameters, 113 GFLOPs a text of 2048
 * bytes, 81.0 on GLUE after pre-training on C4 and Wikipedia. The released `deepmind/language-perceiver` is this model.
 */
export const languagePerceiverIoBase: MaskedLanguageModelConfig = {
  vocabSize: 262,
  maxPositions: 2048,
  modelChannels: 768,
  decoderQkChannels: 256,
  decoderHeads: 8,
  encoder: {
    numLatents: 256,
    latentChannels: 1280,
    numBlocks: 1,
    numSelfAttendsPerBlock: 26,
    numSelfAttentionHeads: 8,
    numCrossAttentionHeads: 8,
    qkChannels: 256,
    vChannels: 1280,
    crossAttentionWideningFactor: 1,
    selfAttentionWideningFactor: 1,
    attentionDropout: 0.1,
  },
};
