import {
  type Model,
  ModelError,
  type PerceiverARConfig,
  type PerceiverARInputs,
  type PerceiverAROptions,
  type PerceiverAROutputs,
  resolvePerceiverARConfig,
  runPerceiverAR,
} from 'perceiver-core';

export type CausalLanguageModelConfig = PerceiverARConfig;

export type CausalLanguageModel = Model<
  CausalLanguageModelConfig,
  PerceiverARInputs,
  PerceiverAROptions,
  PerceiverAROutputs
>;

/** A Perceiver AR over tokens: logits of the last positions, and a cache for generation. */
export function causalLanguageModel(config: CausalLanguageModelConfig): CausalLanguageModel {
  const resolved = resolvePerceiverARConfig(config);
  const { maxSeqLen, maxLatents } = resolved;
  return {
    config,
    exampleInputs: (batch = 1) => ({
      inputIds: { shape: [batch, maxSeqLen], dtype: 'int32' },
      prefixLength: maxSeqLen - maxLatents,
    }),
    apply: (scope, inputs, options) => runPerceiverAR(scope, inputs, resolved, options),
  };
}

const FIELDS: Record<string, keyof PerceiverARConfig | undefined> = {
  num_heads: 'numHeads',
  num_self_attention_layers: 'numSelfAttentionLayers',
  num_self_attention_rotary_layers: 'numSelfAttentionRotaryLayers',
  self_attention_widening_factor: 'selfAttentionWideningFactor',
  cross_attention_widening_factor: 'crossAttentionWideningFactor',
  cross_attention_dropout: 'prefixDropout',
  post_attention_dropout: 'attentionDropout',
  residual_dropout: 'residualDropout',
  vocab_size: 'vocabSize',
  max_seq_len: 'maxSeqLen',
  max_latents: 'maxLatents',
  num_channels: 'numChannels',
  output_norm: 'outputNorm',
  output_bias: 'outputBias',
  abs_pos_emb: 'absolutePositions',
};
/** Fields of the package that say how to compute or start, not what. */
const WITHOUT_EFFECT = new Set([
  'max_heads_parallel',
  'activation_checkpointing',
  'activation_offloading',
  'init_scale',
]);

/**
 * The configuration of a `perceiver-io` causal sequence model from its `config.json`, also where the package's Hugging Face wrapper puts
 * it under `model_config`.
 *
 * @throws ModelError on an unknown or missing field
 */
export function causalLanguageModelConfigFromPackage(json: unknown): CausalLanguageModelConfig {
  const outer = json as { model_config?: unknown } | null;
  const record = (outer?.model_config ?? json) as Record<string, unknown> | null;
  if (typeof record !== 'object' || record === null) {
    throw new ModelError(`config.json: expected an object, got ${JSON.stringify(record)}`);
  }
  const config: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(record)) {
    const name = FIELDS[field];
    if (name !== undefined) config[name] = value;
    else if (!WITHOUT_EFFECT.has(field)) {
      throw new ModelError(`config.json: expected fields of a causal sequence model, got ${field}`);
    }
  }
  for (const name of ['vocabSize', 'maxSeqLen', 'maxLatents', 'numChannels', 'numSelfAttentionLayers']) {
    if (typeof config[name] !== 'number') {
      const field = Object.keys(FIELDS).find((key) => FIELDS[key] === name);
      throw new ModelError(`config.json: expected a number in ${field}, got ${JSON.stringify(config[name])}`);
    }
  }
  return config as unknown as CausalLanguageModelConfig;
}
