import type { EncoderConfig } from 'perceiver-core';
import { ModelError } from 'perceiver-core';

/** Fields that Hugging Face's `config.json` of a Perceiver text model has and that have an effect. */
export interface HubTextConfig {
  readonly vocabSize: number;
  /** Longest input, and the masked language model's number of output rows. */
  readonly maxPositions: number;
  /** Channels of embeddings and positions. */
  readonly modelChannels: number;
  readonly encoder: EncoderConfig;
  /** Classes of a sequence classifier. */
  readonly numLabels: number;
  /** Deviation of the normal distribution that weights start from. */
  readonly initializerRange: number;
}

function numberIn(json: Record<string, unknown>, field: string, fallback?: number): number {
  const value = json[field] ?? fallback;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new ModelError(`config.json: expected a number in ${field}, got ${JSON.stringify(value)}`);
  }
  return value;
}

function optionalNumber(json: Record<string, unknown>, field: string): number | undefined {
  return json[field] === null || json[field] === undefined ? undefined : numberIn(json, field);
}

/**
 * Reads Hugging Face's `config.json` (`model_type` "perceiver", text heads; PARITY, sections 1 and 6).
 *
 * @throws ModelError on a missing or mistyped field, or a setting that no released model uses
 */
export function parseHubTextConfig(json: unknown): HubTextConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ModelError(`config.json: expected an object, got ${JSON.stringify(json)}`);
  }
  const record = json as Record<string, unknown>;
  const type = record.model_type ?? 'perceiver';
  if (type !== 'perceiver')
    throw new ModelError(`config.json: expected model_type "perceiver", got ${JSON.stringify(type)}`);
  const activation = record.hidden_act ?? 'gelu';
  if (activation !== 'gelu')
    throw new ModelError(`config.json: expected hidden_act "gelu", got ${JSON.stringify(activation)}`);
  const width = record.cross_attention_shape_for_attention ?? 'kv';
  if (width !== 'kv' && width !== 'q') {
    throw new ModelError(
      `config.json: expected cross_attention_shape_for_attention "kv" or "q", got ${JSON.stringify(width)}`,
    );
  }
  const labels = record.id2label;
  return {
    vocabSize: numberIn(record, 'vocab_size', 262),
    maxPositions: numberIn(record, 'max_position_embeddings', 2048),
    modelChannels: numberIn(record, 'd_model', 768),
    numLabels: typeof labels === 'object' && labels !== null ? Object.keys(labels).length : 2,
    initializerRange: numberIn(record, 'initializer_range', 0.02),
    encoder: {
      numLatents: numberIn(record, 'num_latents'),
      latentChannels: numberIn(record, 'd_latents'),
      numBlocks: numberIn(record, 'num_blocks', 1),
      numSelfAttendsPerBlock: numberIn(record, 'num_self_attends_per_block'),
      numSelfAttentionHeads: numberIn(record, 'num_self_attention_heads'),
      numCrossAttentionHeads: numberIn(record, 'num_cross_attention_heads'),
      qkChannels: optionalNumber(record, 'qk_channels'),
      vChannels: optionalNumber(record, 'v_channels'),
      crossAttentionWidth: width,
      crossAttentionWideningFactor: numberIn(record, 'cross_attention_widening_factor', 1),
      selfAttentionWideningFactor: numberIn(record, 'self_attention_widening_factor', 1),
      useQueryResidual: record.use_query_residual !== false,
      attentionDropout: numberIn(record, 'attention_probs_dropout_prob', 0.1),
    },
  };
}
