import { type EncoderConfig, ModelError } from 'perceiver-core';
import type { ImageClassifierConfig, QueryHead } from '../model/image-classifier.js';
import { inputChannels } from '../model/image-input-adapter.js';

type Fields = Readonly<Record<string, unknown>>;

function section(json: Fields, name: string): Fields {
  const value = json[name];
  if (typeof value !== 'object' || value === null) {
    throw new ModelError(`config.json: expected an object in ${name}, got ${JSON.stringify(value)}`);
  }
  return value as Fields;
}

function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number')
    throw new ModelError(`config.json: expected a number in ${name}, got ${JSON.stringify(value)}`);
  return value;
}

const numberOr = (fields: Fields, name: string, fallback: number): number =>
  fields[name] === undefined || fields[name] === null ? fallback : numberIn(fields, name);

/** `[height, width, colours]`. */
export function imageShapeIn(fields: Fields): readonly [number, number, number] {
  const shape = fields.image_shape;
  if (!Array.isArray(shape) || shape.length !== 3 || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ModelError(`config.json: expected [height, width, colours] in image_shape, got ${JSON.stringify(shape)}`);
  }
  return shape as unknown as readonly [number, number, number];
}

/**
 * The configuration of the `perceiver-io` package's ImageClassifier (PARITY-krasserm, sections 1 and 2): encoder and decoder in
 * sections of their own. Its cross-attends are as wide as the input where nothing else is said, its decoder's as wide as the query.
 *
 * @throws ModelError
 */
export function imageClassifierConfigFromPackage(json: unknown): ImageClassifierConfig {
  const fields = json as Fields;
  const encoderFields = section(fields, 'encoder');
  const [height, width, colours] = imageShapeIn(encoderFields);
  const decoder = section(fields, 'decoder');
  const input = {
    kind: 'fourier',
    numBands: numberIn(encoderFields, 'num_frequency_bands'),
    maxResolution: [height, width],
  } as const;
  const imageSize = [height, width] as const;
  const latentChannels = numberIn(fields, 'num_latent_channels');
  const crossQk = numberOr(
    encoderFields,
    'num_cross_attention_qk_channels',
    inputChannels({ input, imageSize, colours }),
  );
  const selfQk = numberOr(encoderFields, 'num_self_attention_qk_channels', latentChannels);
  const encoder: EncoderConfig = {
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
  };
  const queryChannels = numberIn(decoder, 'num_output_query_channels');
  const qkChannels = numberOr(decoder, 'num_cross_attention_qk_channels', queryChannels);
  const head: QueryHead = {
    kind: 'query',
    queryChannels,
    numHeads: numberIn(decoder, 'num_cross_attention_heads'),
    qkChannels,
    vChannels: numberOr(decoder, 'num_cross_attention_v_channels', qkChannels),
    wideningFactor: numberOr(decoder, 'cross_attention_widening_factor', 1),
    useQueryResidual: decoder.cross_attention_residual !== false,
  };
  return { input, imageSize, colours, encoder, head, numLabels: numberIn(decoder, 'num_classes') };
}

/**
 * The configuration of a Perceiver whose latents are averaged, normed and classified, described in one flat record as by forks of the
 * `perceiver-io` package: `image_shape`, `num_frequency_bands`, `cross_attention_layers`, `self_attention_layers`, ... All widths are
 * `num_latent_channels`.
 *
 * @throws ModelError
 */
export function averagingClassifierConfig(json: unknown): ImageClassifierConfig {
  const fields = json as Fields;
  const [height, width, colours] = imageShapeIn(fields);
  const latentChannels = numberIn(fields, 'num_latent_channels');
  const crossAttends = numberOr(fields, 'cross_attention_layers', 1);
  if (crossAttends !== 1) {
    throw new ModelError(
      `config.json: expected 1 in cross_attention_layers of an averaging Perceiver, got ${crossAttends}`,
    );
  }
  return {
    input: { kind: 'fourier', numBands: numberIn(fields, 'num_frequency_bands'), maxResolution: [height, width] },
    imageSize: [height, width],
    colours,
    encoder: {
      numLatents: numberIn(fields, 'num_latents'),
      latentChannels,
      numCrossAttentionHeads: numberIn(fields, 'cross_attention_heads'),
      numSelfAttentionHeads: numberIn(fields, 'self_attention_heads'),
      numSelfAttendsPerBlock: numberIn(fields, 'self_attention_layers'),
      numBlocks: 1,
      qkChannels: latentChannels,
      vChannels: latentChannels,
      crossAttentionWideningFactor: numberOr(fields, 'widening_factor', 1),
      selfAttentionWideningFactor: numberOr(fields, 'widening_factor', 1),
    },
    head: { kind: 'average', normed: true },
    numLabels: numberIn(fields, 'num_classes'),
  };
}
