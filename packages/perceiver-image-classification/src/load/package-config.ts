import { type JsonFields, ModelError, numberIn, numberOr, parsePackageClassifier } from 'perceiver-core';
import type { ImageClassifierConfig } from '../model/image-classifier.js';
import { inputChannels } from '../model/image-input-adapter.js';

/** `[height, width, colours]`. */
export function imageShapeIn(fields: JsonFields): readonly [number, number, number] {
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
  const inputOf = (encoderFields: JsonFields) => {
    const [height, width, colours] = imageShapeIn(encoderFields);
    const numBands = numberIn(encoderFields, 'num_frequency_bands');
    const input = { kind: 'fourier', numBands, maxResolution: [height, width] } as const;
    return { input, imageSize: [height, width] as const, colours };
  };
  const { encoderFields, encoder, decoder, numLabels } = parsePackageClassifier(json, (fields) =>
    inputChannels(inputOf(fields)),
  );
  return { ...inputOf(encoderFields), encoder, head: { kind: 'query', ...decoder }, numLabels };
}

/**
 * The configuration of a Perceiver whose latents are averaged, normed and classified, described in one flat record as by forks of the
 * `perceiver-io` package: `image_shape`, `num_frequency_bands`, `cross_attention_layers`, `self_attention_layers`, ... All widths are
 * `num_latent_channels`.
 *
 * @throws ModelError
 */
export function averagingClassifierConfig(json: unknown): ImageClassifierConfig {
  const fields = json as JsonFields;
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
