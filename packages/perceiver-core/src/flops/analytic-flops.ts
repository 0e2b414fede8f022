import { type DecoderConfig, decodeLayerOptions } from '../decoder.js';
import { type EncoderConfig, encodeLayerOptions, encoderSteps } from '../encoder.js';
import type { AttentionLayerOptions } from '../layers/attention-layer.js';

/** Sizes of one attention layer. */
export interface AttentionSizes {
  /** Rows that ask. */
  readonly queries: number;
  /** Rows that are asked. */
  readonly keys: number;
  readonly queryChannels: number;
  readonly keyChannels: number;
}

/** Operations of one attention layer with its MLP, by the convention of `tracedFlops`. */
export function attentionLayerFlops(
  { queries, keys, queryChannels, keyChannels }: AttentionSizes,
  { qkChannels, vChannels = qkChannels, wideningFactor = 1 }: AttentionLayerOptions,
): number {
  const projections =
    queries * queryChannels * qkChannels +
    keys * keyChannels * (qkChannels + vChannels) +
    queries * vChannels * queryChannels;
  const attention = queries * keys * (qkChannels + vChannels);
  const mlp = 2 * queries * queryChannels * wideningFactor * queryChannels;
  return 2 * (projections + attention + mlp);
}

/** Operations of the parts of a Perceiver for one example; linear in the inputs and in the outputs. */
export interface PerceiverFlops {
  readonly encode: number;
  readonly process: number;
  readonly decode: number;
}

/**
 * Operations of encode, process and decode from sizes alone; adapters are not counted.
 *
 * @param input rows M and channels C of the input array
 * @param output rows O and channels E of the query array, and the decoder; none for a Perceiver of 2021
 */
export function perceiverFlops(
  encoder: EncoderConfig,
  input: { readonly length: number; readonly channels: number },
  output?: { readonly length: number; readonly channels: number; readonly decoder: DecoderConfig },
): PerceiverFlops {
  const { numLatents, latentChannels } = encoder;
  const crossAttends = encoderSteps(encoder).filter(({ crossAttend }) => crossAttend !== undefined).length;
  const crossSizes = {
    queries: numLatents,
    keys: input.length,
    queryChannels: latentChannels,
    keyChannels: input.channels,
  };
  const selfSizes = {
    queries: numLatents,
    keys: numLatents,
    queryChannels: latentChannels,
    keyChannels: latentChannels,
  };
  const qkChannels = encoder.qkChannels ?? latentChannels;
  const self = attentionLayerFlops(selfSizes, {
    numHeads: encoder.numSelfAttentionHeads,
    qkChannels,
    vChannels: encoder.vChannels ?? qkChannels,
    wideningFactor: encoder.selfAttentionWideningFactor,
  });
  const decode = (): number => {
    if (output === undefined) return 0;
    const { length, channels, decoder } = output;
    const sizes = { queries: length, keys: numLatents, queryChannels: channels, keyChannels: latentChannels };
    const final = 2 * length * channels * (decoder.finalChannels ?? 0);
    return attentionLayerFlops(sizes, decodeLayerOptions(decoder, channels, latentChannels)) + final;
  };
  return {
    encode: crossAttends * attentionLayerFlops(crossSizes, encodeLayerOptions(encoder, input.channels)),
    process: encoder.numBlocks * encoder.numSelfAttendsPerBlock * self,
    decode: decode(),
  };
}
