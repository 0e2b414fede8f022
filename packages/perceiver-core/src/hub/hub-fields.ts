import type { EncoderConfig } from '../encoder.js';

/** Fields of Hugging Face's `config.json` that say an encoder; `parseHubConfig` reads them back. */
export function hubEncoderFields(encoder: EncoderConfig): Record<string, unknown> {
  return {
    model_type: 'perceiver',
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
    hidden_act: encoder.activation ?? 'gelu',
  };
}
