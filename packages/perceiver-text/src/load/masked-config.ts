import { hubEncoderFields } from 'perceiver-core';
import { type MaskedLanguageModelConfig, maskedLanguageModelConfigFromHub } from '../model/masked-language-model.js';

/** Text of a `config.json` that Hugging Face's PerceiverForMaskedLM reads too, if the decoder has its usual 256 channels and 8 heads. */
export function maskedConfigText(config: MaskedLanguageModelConfig): string {
  const { vocabSize, maxPositions, modelChannels, encoder, decoderQkChannels, decoderHeads } = config;
  const json = {
    ...hubEncoderFields(encoder),
    architectures: ['PerceiverForMaskedLM'],
    vocab_size: vocabSize,
    max_position_embeddings: maxPositions,
    d_model: modelChannels,
    decoder_qk_channels: decoderQkChannels,
    decoder_heads: decoderHeads,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** Reads the `config.json` of a masked language model: Hugging Face's, or one of {@link maskedConfigText}. Throws ModelError. */
export function parseMaskedConfig(json: unknown): MaskedLanguageModelConfig {
  const { decoder_qk_channels: decoderQkChannels, decoder_heads: decoderHeads } = json as {
    decoder_qk_channels?: number;
    decoder_heads?: number;
  };
  return { ...maskedLanguageModelConfigFromHub(json), decoderQkChannels, decoderHeads };
}
