import type * as tf from '@tensorflow/tfjs';
import { type AttentionLayerOptions, crossAttend } from './layers/attention-layer.js';
import { dense } from './layers/dense.js';
import type { Activation } from './layers/mlp.js';
import { evaluation, type RunContext } from './layers/run-context.js';
import type { Scope } from './parameters/scope.js';

/** One cross-attend in which an output query array asks the latents, then an optional linear layer. */
export interface DecoderConfig {
  readonly numHeads?: number;
  readonly qkChannels?: number;
  readonly vChannels?: number;
  /** Default width of queries and keys: that of the latents (`kv`) or of the query array (`q`). */
  readonly crossAttentionWidth?: 'kv' | 'q';
  /** Adds the query array to what attention gives; off where a query says only where, not what (MLM, flow). */
  readonly useQueryResidual: boolean;
  /** Channels of the final linear layer; without it the decoder gives the query array's width. */
  readonly finalChannels?: number;
  readonly wideningFactor?: number;
  readonly attentionDropout?: number;
  readonly activation?: Activation;
}

/** Options of the decoder's cross-attend for a query array of `queryChannels` and latents of `latentChannels`. */
export function decodeLayerOptions(
  config: DecoderConfig,
  queryChannels: number,
  latentChannels: number,
): AttentionLayerOptions {
  const { numHeads = 1, crossAttentionWidth = 'kv' } = config;
  const qkChannels = config.qkChannels ?? (crossAttentionWidth === 'kv' ? latentChannels : queryChannels);
  return {
    numHeads,
    qkChannels,
    vChannels: config.vChannels ?? qkChannels,
    residual: config.useQueryResidual,
    wideningFactor: config.wideningFactor ?? 1,
    activation: config.activation,
    dropout: config.attentionDropout,
  };
}

/**
 * Decode (Perceiver IO, section 3.2).
 *
 * @param scope holds `decoding_cross_attention` and, with `finalChannels`, `final_layer`
 * @param queryArray `[B, O, E]`, or `[1, O, E]` when it is the same for all examples
 * @param latents `[B, N, D]`
 * @returns `[B, O, E]`, with a final layer `[B, O, finalChannels]`
 */
export function decode(
  scope: Scope,
  queryArray: tf.Tensor3D,
  latents: tf.Tensor3D,
  config: DecoderConfig,
  context: RunContext = evaluation,
): tf.Tensor3D {
  const decoded = crossAttend(scope.at('decoding_cross_attention'), queryArray, latents, {
    ...decodeLayerOptions(config, queryArray.shape[2], latents.shape[2]),
    context,
    recordAs: 'cross_attention.decoder',
  }); // [B, O, E]
  context.record?.('decoder_layer', decoded);
  return config.finalChannels === undefined ? decoded : dense(scope.at('final_layer'), decoded, config.finalChannels);
}
