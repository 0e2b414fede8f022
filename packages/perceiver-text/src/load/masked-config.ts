import { type MaskedLanguageModelConfig, maskedLanguageModelConfigFromHub } from '../model/masked-language-model.js';

/** Text of a `config.json` that Hugging Face's PerceiverForMaskedLM reads too, if the decoder has its usual 256 channels and 8 heads. */
export function maskedConfigText(config: MaskedLanguageModelConfig): string {
  const { vocabSize, maxPositions, modelChannels, encoder, decoderQkChannels, decoderHeads } = config;
  const json = {
    model_type: 'perceiver',
    architectures: ['PerceiverForMaskedLM'],
    vocab_size: vocabSize,
    max_position_embeddings: maxPositions,
    d_model: modelChannels,
    num_latents: encoder.numLatents,
    d_latents: encoder.latentChannels,
    num_blocks: encoder.numBlocks,
    num_self_attends_per_block: encoder.numSelfAttendsPerBlock,
    num_self_attention_heads: encoder.numSelfAttentionHeads,
    num_cross_attention_heads: encoder.numCrossAttentionHeads,
    qk_channels: encoder.qkChannels ?? null,
    v_channels: encoder.vChannels ?? null,
    cross_attention_shape_for_attention: encoder.crossAttentionWidth ?? 'kv',
    cross_attention_widening_factor: encoder.crossAttentionWideningFactor ?? 1,
    self_attention_widening_factor: encoder.selfAttentionWideningFactor ?? 1,
    use_query_residual: encoder.useQueryResidual ?? true,
    attention_probs_dropout_prob: encoder.attentionDropout ?? 0,
    hidden_act: 'gelu',
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
