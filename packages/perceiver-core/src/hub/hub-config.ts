import type { EncoderConfig } from '../encoder.js';
import { ModelError } from '../errors.js';

/** Fields that Hugging Face's `config.json` of every Perceiver IO has and that have an effect. */
export interface HubConfig {
  readonly encoder: EncoderConfig;
  /** Classes of a classifier: the length of `id2label`; if absent `num_labels`, else 2. */
  readonly numLabels: number;
  /** Deviation of the normal distribution that weights start from. */
  readonly initializerRange: number;
  /** Reads a number that one head needs. Throws ModelError that names the field. */
  numberIn(field: string, fallback?: number): number;
  /** Reads a list of numbers. Throws ModelError that names the field. */
  numbersIn(field: string, length: number, fallback?: readonly number[]): readonly number[];
}

/**
 * Reads Hugging Face's `config.json` (`model_type` "perceiver"; PARITY, sections 1 and 6).
 *
 * @throws ModelError on a missing or mistyped field, or a setting that no released model uses
 */
export function parseHubConfig(json: unknown): HubConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ModelError(`config.json: expected an object, got ${JSON.stringify(json)}`);
  }
  const record = json as Record<string, unknown>;
  const oneOf = <const T extends readonly string[]>(field: string, allowed: T): T[number] => {
    const value = record[field] ?? allowed[0];
    if (!allowed.includes(value as string)) {
      const expected = allowed.map((word) => JSON.stringify(word)).join(' or ');
      throw new ModelError(`config.json: expected ${field} ${expected}, got ${JSON.stringify(value)}`);
    }
    return value as T[number];
  };
  const numberIn = (field: string, fallback?: number): number => {
    const value = record[field] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new ModelError(`config.json: expected a number in ${field}, got ${JSON.stringify(value)}`);
    }
    return value;
  };
  const optionalNumber = (field: string): number | undefined =>
    record[field] === null || record[field] === undefined ? undefined : numberIn(field);
  const numbersIn = (field: string, length: number, fallback?: readonly number[]): readonly number[] => {
    const value = record[field] ?? fallback;
    if (!Array.isArray(value) || value.length !== length || !value.every((item) => Number.isFinite(item))) {
      throw new ModelError(`config.json: expected ${length} numbers in ${field}, got ${JSON.stringify(value)}`);
    }
    return value;
  };
  oneOf('model_type', ['perceiver']);
  const labels = record.id2label;
  return {
    numberIn,
    numbersIn,
    numLabels: typeof labels === 'object' && labels !== null ? Object.keys(labels).length : numberIn('num_labels', 2),
    initializerRange: numberIn('initializer_range', 0.02),
    encoder: {
      numLatents: numberIn('num_latents'),
      latentChannels: numberIn('d_latents'),
      numBlocks: numberIn('num_blocks', 1),
      numSelfAttendsPerBlock: numberIn('num_self_attends_per_block'),
      numSelfAttentionHeads: numberIn('num_self_attention_heads'),
      numCrossAttentionHeads: numberIn('num_cross_attention_heads'),
      qkChannels: optionalNumber('qk_channels'),
      vChannels: optionalNumber('v_channels'),
      crossAttentionWidth: oneOf('cross_attention_shape_for_attention', ['kv', 'q']),
      crossAttentionWideningFactor: numberIn('cross_attention_widening_factor', 1),
      selfAttentionWideningFactor: numberIn('self_attention_widening_factor', 1),
      useQueryResidual: record.use_query_residual !== false,
      attentionDropout: numberIn('attention_probs_dropout_prob', 0.1),
      activation: oneOf('hidden_act', ['gelu', 'gelu-tanh']),
    },
  };
}
