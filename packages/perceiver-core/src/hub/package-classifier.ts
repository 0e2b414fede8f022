import type { DecoderConfig } from '../decoder.js';
import type { EncoderConfig } from '../encoder.js';
import { ModelError } from '../errors.js';

/** Fields of a JSON object. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** What the `perceiver-io` package's classifiers of all modalities have in common. */
export interface PackageClassifier {
  /** Fields of the section `encoder`, among them those of the input. */
  readonly encoderFields: JsonFields;
  readonly encoder: EncoderConfig;
  readonly decoder: Omit<DecoderConfig, 'finalChannels'> & { readonly queryChannels: number };
  readonly numLabels: number;
}

/** A section of a `config.json`. Throws ModelError. */
export function sectionIn(json: JsonFields | null, name: string): JsonFields {
  const value = json?.[name];
  if (typeof value !== 'object' || value === null) {
    throw new ModelError(`config.json: expected an object in ${name}, got ${JSON.stringify(value)}`);
  }
  return value as JsonFields;
}

/** A number of a `config.json`. Throws ModelError. */
export function numberIn(fields: JsonFields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number')
    throw new ModelError(`config.json: expected a number in ${name}, got ${JSON.stringify(value)}`);
  return value;
}

/** A number of a `config.json` that may be missing or null. Throws ModelError. */
export const numberOr = (fields: JsonFields, name: string, fallback: number): number =>
  fields[name] === undefined || fields[name] === null ? fallback : numberIn(fields, name);

/**
 * Reads the configuration of the `perceiver-io` package's ImageClassifier or TextClassifier (PARITY-krasserm, sections 1 and 2): encoder and
 * decoder in sections of their own; the decoder is as wide as its query where nothing else is said.
 *
 * @param defaultWidth of the cross-attends' queries and keys: the input's channels for images, the latents' for text
 * @throws ModelError
 */
export function parsePackageClassifier(
  json: unknown,
  defaultWidth: (encoderFields: JsonFields, latentChannels: number) => number,
): PackageClassifier {
  const fields = json as JsonFields;
  const encoderFields = sectionIn(fields, 'encoder');
  const decoder = sectionIn(fields, 'decoder');
  const latentChannels = numberIn(fields, 'num_latent_channels');
  const width = defaultWidth(encoderFields, latentChannels);
  const crossQk = numberOr(encoderFields, 'num_cross_attention_qk_channels', width);
  const selfQk = numberOr(encoderFields, 'num_self_attention_qk_channels', latentChannels);
  const queryChannels = numberIn(decoder, 'num_output_query_channels');
  const decoderQk = numberOr(decoder, 'num_cross_attention_qk_channels', queryChannels);
  return {
    encoderFields,
    encoder: {
      numLatents: numberIn(fields, 'num_latents'),
      latentChannels,
      numCrossAttentionHeads: numberIn(encoderFields, 'num_cross_attention_heads'),
      numSelfAttentionHeads: numberIn(encoderFields, 'num_self_attention_heads'),
      numSelfAttendsPerBlock: numberIn(encoderFields, 'num_self_attention_layers_per_block'),
      numBlocks: numberIn(encoderFields, 'num_self_attention_blocks'),
      numCrossAttends: numberIn(encoderFields, 'num_cross_attention_layers'),
      crossAttendOrder: 'first',
      firstCrossAttendShared: encoderFields.first_cross_attention_layer_shared === true,
      firstBlockShared: encoderFields.first_self_attention_block_shared !== false,
      crossAttentionQkChannels: crossQk,
      crossAttentionVChannels: numberOr(encoderFields, 'num_cross_attention_v_channels', crossQk),
      qkChannels: selfQk,
      vChannels: numberOr(encoderFields, 'num_self_attention_v_channels', selfQk),
      crossAttentionWideningFactor: numberOr(encoderFields, 'cross_attention_widening_factor', 1),
      selfAttentionWideningFactor: numberOr(encoderFields, 'self_attention_widening_factor', 1),
    },
    decoder: {
      queryChannels,
      numHeads: numberIn(decoder, 'num_cross_attention_heads'),
      qkChannels: decoderQk,
      vChannels: numberOr(decoder, 'num_cross_attention_v_channels', decoderQk),
      wideningFactor: numberOr(decoder, 'cross_attention_widening_factor', 1),
      useQueryResidual: decoder.cross_attention_residual !== false,
    },
    numLabels: numberIn(decoder, 'num_classes'),
  };
}
