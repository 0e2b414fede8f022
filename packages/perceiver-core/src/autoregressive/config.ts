import { ModelError } from '../errors.js';
import type { Activation } from '../layers/mlp.js';

/** A Perceiver AR over tokens. Defaults are those of the `perceiver-io` package (PARITY-krasserm, section 3). */
export interface PerceiverARConfig {
  readonly vocabSize: number;
  /** Longest context, prefix and latents together. */
  readonly maxSeqLen: number;
  /** Most positions that become latents; the longest prefix is `maxSeqLen - maxLatents`. */
  readonly maxLatents: number;
  readonly numChannels: number;
  /** 8 by default. */
  readonly numHeads?: number;
  readonly numSelfAttentionLayers: number;
  /** Self-attends with rotary positions, from the first on; -1 all, 1 by default. */
  readonly numSelfAttentionRotaryLayers?: number;
  /** 4 by default. */
  readonly crossAttentionWideningFactor?: number;
  /** 4 by default. */
  readonly selfAttentionWideningFactor?: number;
  /** Share of the prefix that is left out in each training step; 0 by default (0.5 in the package). */
  readonly prefixDropout?: number;
  readonly attentionDropout?: number;
  readonly residualDropout?: number;
  /** Adds learned absolute positions and halves the rotated channels; true by default. */
  readonly absolutePositions?: boolean;
  /** Rotates queries and keys; true by default. False is the plain model with learned positions only. */
  readonly rotary?: boolean;
  /** Norm after the last layer; false by default. */
  readonly outputNorm?: boolean;
  /** Bias of the logits; true by default. */
  readonly outputBias?: boolean;
  /** Uses the token embedding for the logits; true by default. */
  readonly tiedOutput?: boolean;
  /** Biases of query, key and value products; false by default. */
  readonly qkvBias?: boolean;
  /** Bias after attention in self-attends; false by default. The cross-attend always has one. */
  readonly selfAttentionOutputBias?: boolean;
  /** Biases of the MLPs; false by default. */
  readonly mlpBias?: boolean;
  /** Norm of latents where they are keys: the queries' own (`query`, the package's and the default) or that of the prefix. */
  readonly latentKeyNorm?: 'query' | 'keyValue';
  readonly activation?: Activation;
  /** Starting deviations where not the initialiser family's. */
  readonly embeddingStd?: number;
  readonly positionStd?: number;
}

export type ResolvedPerceiverARConfig = Required<Omit<PerceiverARConfig, 'embeddingStd' | 'positionStd'>> &
  Pick<PerceiverARConfig, 'embeddingStd' | 'positionStd'>;

/** Fills in defaults and checks the rules between fields. */
export function resolvePerceiverARConfig(config: PerceiverARConfig): ResolvedPerceiverARConfig {
  const resolved: ResolvedPerceiverARConfig = {
    numHeads: 8,
    numSelfAttentionRotaryLayers: 1,
    crossAttentionWideningFactor: 4,
    selfAttentionWideningFactor: 4,
    prefixDropout: 0,
    attentionDropout: 0,
    residualDropout: 0,
    absolutePositions: true,
    rotary: true,
    outputNorm: false,
    outputBias: true,
    tiedOutput: true,
    qkvBias: false,
    selfAttentionOutputBias: false,
    mlpBias: false,
    latentKeyNorm: 'query',
    activation: 'gelu',
    ...Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)),
  } as ResolvedPerceiverARConfig;
  const { numChannels, numHeads, maxLatents, maxSeqLen } = resolved;
  if (numChannels % numHeads !== 0) {
    throw new ModelError(`Perceiver AR: expected numChannels divisible by numHeads (${numHeads}), got ${numChannels}`);
  }
  if (!(maxLatents >= 1 && maxLatents <= maxSeqLen)) {
    throw new ModelError(`Perceiver AR: expected 1 <= maxLatents <= maxSeqLen (${maxSeqLen}), got ${maxLatents}`);
  }
  if (resolved.rotary && rotaryChannels(resolved) > numChannels / numHeads) {
    throw new ModelError(
      `Perceiver AR: expected an even number of channels a head for rotary positions, got ${numChannels / numHeads}`,
    );
  }
  return resolved;
}

/** Channels that the rotary exponents run over: a head's, halved with absolute positions. */
export function rotaryDim(
  config: Pick<ResolvedPerceiverARConfig, 'numChannels' | 'numHeads' | 'absolutePositions'>,
): number {
  const perHead = config.numChannels / config.numHeads;
  return config.absolutePositions ? Math.floor(perHead / 2) : perHead;
}

/** Channels that turn: `rotaryDim`, one more if it is odd. */
export function rotaryChannels(
  config: Pick<ResolvedPerceiverARConfig, 'numChannels' | 'numHeads' | 'absolutePositions'>,
): number {
  return 2 * Math.ceil(rotaryDim(config) / 2);
}
