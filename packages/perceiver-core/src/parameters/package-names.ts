const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^perceiver\.embeddings\.latents$/, '0.latent_provider._query'],
  [/^perceiver\.input_preprocessor\.embeddings\./, '0.input_adapter.txt_embedding.'],
  [/^perceiver\.input_preprocessor\.position_embeddings\./, '0.input_adapter.pos_embedding.'],
  [/^perceiver\.input_preprocessor\.position_encoding$/, '0.input_adapter.position_encoding.position_encoding'],
  [/^perceiver\.encoder\.cross_attention\./, '0.cross_attn_1.'],
  [/^perceiver\.encoder\.cross_attention_n\./, '0.cross_attn_n.'],
  [/^perceiver\.encoder\.self_attends\./, '0.self_attn_1.'],
  [/^perceiver\.encoder\.self_attends_n\./, '0.self_attn_n.'],
  [/^perceiver\.decoder\.decoder\.output_position_encodings\.position_embeddings$/, '1.output_query_provider._query'],
  [/^perceiver\.decoder\.decoder\.decoding_cross_attention\./, '1.cross_attn.'],
  [/^perceiver\.decoder\.decoder\.final_layer\./, '1.output_adapter.linear.'],
];

const PARTS: readonly (readonly [string, string])[] = [
  ['attention.self.layernorm2.', '0.module.kv_norm.'],
  ['attention.self.query.', '0.module.attention.q_proj.'],
  ['attention.self.key.', '0.module.attention.k_proj.'],
  ['attention.self.value.', '0.module.attention.v_proj.'],
  ['attention.output.dense.', '0.module.attention.o_proj.'],
  ['mlp.dense1.', '1.module.1.'],
  ['mlp.dense2.', '1.module.3.'],
  ['layernorm.', '1.module.0.'],
];

/**
 * The name that the `perceiver-io` package gives a parameter of its classifiers, for one in the Hugging Face format
 * (PARITY-krasserm, section 4).
 *
 * @param decoderResidual whether the decoder adds its query; without it the package's names lack a part
 */
export function perceiverIoPackageName(
  name: string,
  { decoderResidual = true }: { decoderResidual?: boolean } = {},
): string {
  const place = PLACES.find(([pattern]) => pattern.test(name));
  if (place === undefined)
    throw new RangeError(`${name}: expected a parameter of a classifier in the Hugging Face format`);
  let renamed = name.replace(place[0], place[1]);
  const cross = renamed.includes('cross_attn');
  renamed = renamed.replace('attention.self.layernorm1.', cross ? '0.module.q_norm.' : '0.module.norm.');
  for (const [part, replacement] of PARTS) renamed = renamed.replace(part, replacement);
  return decoderResidual ? renamed : renamed.replace(/^(1\.cross_attn\.0\.)module\./, '$1');
}
