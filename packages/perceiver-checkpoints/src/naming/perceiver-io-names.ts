import type { TensorInfo } from '../checkpoint-reader.js';
import { bareName } from './bare-name.js';
import type { StoredTensor } from './renamed-reader.js';

/** Places of the package's classifiers, and where the Hugging Face format has them (PARITY-krasserm, section 4). */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^0\.latent_provider\._query$/, 'perceiver.embeddings.latents'],
  [/^0\.input_adapter\.txt_embedding\./, 'perceiver.input_preprocessor.embeddings.'],
  [/^0\.input_adapter\.pos_embedding\./, 'perceiver.input_preprocessor.position_embeddings.'],
  [/^0\.input_adapter\.position_encoding\.position_encoding$/, 'perceiver.input_preprocessor.position_encoding'],
  [/^0\.cross_attn_1\./, 'perceiver.encoder.cross_attention.'],
  [/^0\.cross_attn_n\./, 'perceiver.encoder.cross_attention_n.'],
  [/^0\.self_attn_1\./, 'perceiver.encoder.self_attends.'],
  [/^0\.self_attn_n\./, 'perceiver.encoder.self_attends_n.'],
  [/^1\.output_query_provider\._query$/, 'perceiver.decoder.decoder.output_position_encodings.position_embeddings'],
  [/^1\.cross_attn\./, 'perceiver.decoder.decoder.decoding_cross_attention.'],
  [/^1\.output_adapter\.linear\./, 'perceiver.decoder.decoder.final_layer.'],
  // The average over the latents, of a Perceiver without a decoder, in forks of the package.
  [/^to_logits\.1\./, 'classifier_norm.'],
  [/^to_logits\.2\./, 'classifier.'],
];

/** Within a layer. Where the attention has no residual, `module.` is not there. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/\b0\.(?:module\.)?(?:q_norm|norm)\./, 'attention.self.layernorm1.'],
  [/\b0\.(?:module\.)?kv_norm\./, 'attention.self.layernorm2.'],
  [/\b0\.(?:module\.)?attention\.q_proj\./, 'attention.self.query.'],
  [/\b0\.(?:module\.)?attention\.k_proj\./, 'attention.self.key.'],
  [/\b0\.(?:module\.)?attention\.v_proj\./, 'attention.self.value.'],
  [/\b0\.(?:module\.)?attention\.o_proj\./, 'attention.output.dense.'],
  [/\b1\.module\.0\./, 'layernorm.'],
  [/\b1\.module\.1\./, 'mlp.dense1.'],
  [/\b1\.module\.3\./, 'mlp.dense2.'],
];

/** Whether these are the names of a model of the `perceiver-io` package for PyTorch, whatever is put before them. */
export function isPerceiverIoPackage(names: Iterable<string>): boolean {
  return [...names].some((name) =>
    /^0\.latent_provider\._query$|^cross_attention\.0\.module\.q_norm\./.test(bareName(name)),
  );
}

/**
 * Where the package's parameters lie, by the names that this repository gives them: of classifiers those of the Hugging
 * Face format, of Perceiver AR the package's own.
 */
export function perceiverIoNames(tensors: ReadonlyMap<string, TensorInfo>): ReadonlyMap<string, StoredTensor> {
  return new Map([...tensors.keys()].map((name) => [hubName(bareName(name)), { name }]));
}

function hubName(name: string): string {
  const place = PLACES.find(([pattern]) => pattern.test(name));
  if (place === undefined) return name;
  const rest = name.replace(place[0], '');
  const part = PARTS.find(([pattern]) => pattern.test(rest));
  return place[1] + (part === undefined ? rest : rest.replace(part[0], part[1]));
}
