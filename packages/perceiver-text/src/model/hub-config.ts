import { type EncoderConfig, parseHubConfig } from 'perceiver-core';

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

/** Reads Hugging Face's `config.json` of a text head. Throws ModelError, as `parseHubConfig` does. */
export function parseHubTextConfig(json: unknown): HubTextConfig {
  const { numberIn, encoder, numLabels, initializerRange } = parseHubConfig(json);
  return {
    vocabSize: numberIn('vocab_size', 262),
    maxPositions: numberIn('max_position_embeddings', 2048),
    modelChannels: numberIn('d_model', 768),
    numLabels,
    initializerRange,
    encoder,
  };
}
