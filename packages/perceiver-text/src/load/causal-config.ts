import { type PerceiverARConfig, resolvePerceiverARConfig } from 'perceiver-core';
import { causalLanguageModelConfigFromPackage } from '../model/causal-language-model.js';

const MODEL_TYPE = 'perceiver-ar';

/** Text of the `config.json` beside the weights of a causal language model. */
export function causalConfigText(config: PerceiverARConfig): string {
  return `${JSON.stringify({ model_type: MODEL_TYPE, config }, null, 2)}\n`;
}

/** Reads a `config.json` of {@link causalConfigText}, or one of the `perceiver-io` package. Throws ModelError. */
export function parseCausalConfig(json: unknown): PerceiverARConfig {
  const record = json as { model_type?: unknown; config?: PerceiverARConfig } | null;
  if (record?.model_type !== MODEL_TYPE) return causalLanguageModelConfigFromPackage(json);
  return resolvePerceiverARConfig(record.config as PerceiverARConfig);
}
