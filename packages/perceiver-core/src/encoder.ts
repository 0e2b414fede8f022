import type * as tf from '@tensorflow/tfjs';
import { repeat } from 'tfjs-backend-onnxruntime';
import { ModelError } from './errors.js';
import { type AttentionLayerOptions, crossAttend, selfAttend } from './layers/attention-layer.js';
import type { Activation } from './layers/mlp.js';
import { evaluation, type RunContext } from './layers/run-context.js';
import { latentArray } from './parameters/initializer.js';
import type { Scope } from './parameters/scope.js';
import type { RowParts } from './row-parts/row-parts.js';

/** The input array on its way into the model. */
export interface InputArray {
  /** `[B, M, C]` */
  readonly inputs: tf.Tensor3D;
  /** The same rows in parts, where they have any; see `joinRowParts`. */
  readonly parts?: RowParts;
  /** Added to the scores of cross-attends, broadcastable to `[B, heads, N, M]`, rank 4; see `attentionMaskBias`. */
  readonly scoreBias?: tf.Tensor;
  /** `[B, 1, 1]`, 0 for examples of which no input is kept: their cross-attends give zeros, not an average; see `keptAny`. */
  readonly sighted?: tf.Tensor3D;
}

/** Latent array, cross-attends and self-attends. Perceiver IO encodes once; the Perceiver of 2021 several times. */
export interface EncoderConfig {
  readonly numLatents: number;
  readonly latentChannels: number;
  readonly numCrossAttentionHeads: number;
  readonly numSelfAttentionHeads: number;
  readonly numSelfAttendsPerBlock: number;
  /** Times the block of self-attends runs; with the same weights unless said otherwise below. */
  readonly numBlocks: number;
  /** Cross-attends, at most as many as blocks; each is followed by a block. 1 (Perceiver IO) by default. */
  readonly numCrossAttends?: number;
  /**
   * Where there are fewer cross-attends than blocks: evenly `spread` between the blocks, as in Perceiver's figure 1, or before the `first`
   * blocks, as in the `perceiver-io` package. `spread` by default.
   */
  readonly crossAttendOrder?: 'spread' | 'first';
  /**
   * What shares one set of weights after the first of its kind: cross-attends and blocks (`all`), one of the two, or neither (`none`).
   * `all` by default.
   */
  readonly sharing?: 'all' | 'cross-attends' | 'blocks' | 'none';
  /** Whether later cross-attends use the first one's weights; false by default. */
  readonly firstCrossAttendShared?: boolean;
  /** Whether later blocks use the first one's weights; true by default. */
  readonly firstBlockShared?: boolean;
  /** Channels of queries and keys over all heads, cross and self; by default as `crossAttentionWidth` says, and `latentChannels`. */
  readonly qkChannels?: number;
  /** Channels of values; `qkChannels` by default. */
  readonly vChannels?: number;
  /** Channels of the cross-attends' queries and keys where they differ from the self-attends'. */
  readonly crossAttentionQkChannels?: number;
  /** Channels of the cross-attends' values where they differ. */
  readonly crossAttentionVChannels?: number;
  /** Default width of the cross-attend's queries and keys: that of its keys' input (`kv`, PAPERS trap 5) or of the latents (`q`). */
  readonly crossAttentionWidth?: 'kv' | 'q';
  readonly crossAttentionWideningFactor?: number;
  readonly selfAttentionWideningFactor?: number;
  /** Adds the latents to what the cross-attend gives; true by default. */
  readonly useQueryResidual?: boolean;
  readonly attentionDropout?: number;
  readonly activation?: Activation;
  /** Starting deviation of the latents where not the initialiser family's. */
  readonly latentStd?: number;
}

/** One cross-attend and one block, by the names of their weights. */
export interface EncoderStep {
  readonly crossAttend?: string;
  readonly block: string;
}

/** The order of work: blocks, with a cross-attend before the first and before as many others as there are cross-attends. */
export function encoderSteps(config: EncoderConfig): EncoderStep[] {
  const { numBlocks, numCrossAttends = 1, crossAttendOrder = 'spread', sharing = 'all' } = config;
  const { firstCrossAttendShared = false, firstBlockShared = true } = config;
  if (!(numCrossAttends >= 1 && numCrossAttends <= numBlocks)) {
    throw new ModelError(
      `encoder: expected 1 <= numCrossAttends <= numBlocks (${numBlocks}), got ${numCrossAttends}: a block follows each cross-attend`,
    );
  }
  const name = (base: string, index: number, shared: boolean, firstShared: boolean): string => {
    if (index === 0 || (shared && firstShared)) return base;
    return shared ? `${base}_n` : `${base}_${index}`;
  };
  const crossAttendsShared = sharing === 'all' || sharing === 'cross-attends';
  const blocksShared = sharing === 'all' || sharing === 'blocks';
  const follows = (crossAttend: number) =>
    crossAttendOrder === 'first' ? crossAttend : Math.floor((crossAttend * numBlocks) / numCrossAttends);
  const before = new Map(Array.from({ length: numCrossAttends }, (_, index) => [follows(index), index]));
  return Array.from({ length: numBlocks }, (_, i) => {
    const index = before.get(i);
    return {
      crossAttend:
        index === undefined ? undefined : name('cross_attention', index, crossAttendsShared, firstCrossAttendShared),
      block: name('self_attends', i, blocksShared, firstBlockShared),
    };
  });
}

function checkHeads(what: string, channels: number, heads: number): void {
  if (channels % heads !== 0) {
    throw new ModelError(`${what}: expected channels divisible by heads, got ${channels} channels and ${heads} heads`);
  }
}

/** The trainable latent array `[1, N, D]`, parameter `latents`. */
export function initialLatents(scope: Scope, config: EncoderConfig): tf.Tensor3D {
  const { numLatents, latentChannels, latentStd } = config;
  return scope
    .parameter('latents', [numLatents, latentChannels], latentArray(latentStd))
    .reshape([1, numLatents, latentChannels]);
}

/** Options of the encoder's cross-attend for inputs of `inputChannels`. */
export function encodeLayerOptions(config: EncoderConfig, inputChannels: number): AttentionLayerOptions {
  const { latentChannels, numCrossAttentionHeads: numHeads, crossAttentionWidth = 'kv' } = config;
  const widthRule = crossAttentionWidth === 'kv' ? inputChannels : latentChannels;
  const qkChannels = config.crossAttentionQkChannels ?? config.qkChannels ?? widthRule;
  const vChannels = config.crossAttentionVChannels ?? config.vChannels ?? qkChannels;
  checkHeads('encoder cross-attend, queries and keys', qkChannels, numHeads);
  checkHeads('encoder cross-attend, values', vChannels, numHeads);
  return {
    numHeads,
    qkChannels,
    vChannels,
    residual: config.useQueryResidual,
    wideningFactor: config.crossAttentionWideningFactor,
    activation: config.activation,
    dropout: config.attentionDropout,
  };
}

/**
 * Encode: the latents ask the input array.
 *
 * @param latents `[B, N, D]` or `[1, N, D]`
 * @returns `[B, N, D]`
 */
export function encode(
  scope: Scope,
  latents: tf.Tensor3D,
  { inputs, parts, scoreBias, sighted }: InputArray,
  config: EncoderConfig,
  context: RunContext = evaluation,
): tf.Tensor3D {
  const options = encodeLayerOptions(config, inputs.shape[2]);
  return crossAttend(scope, latents, inputs, {
    ...options,
    parts,
    scoreBias,
    sighted,
    context,
    recordAs: 'cross_attention.encoder',
  });
}

/** Process: a block of self-attends, each with weights of its own, `[B, N, D]` to `[B, N, D]`. */
export function processBlock(
  scope: Scope,
  latents: tf.Tensor3D,
  config: EncoderConfig,
  context: RunContext = evaluation,
): tf.Tensor3D {
  const { latentChannels, numSelfAttentionHeads: numHeads } = config;
  const qkChannels = config.qkChannels ?? latentChannels;
  const vChannels = config.vChannels ?? qkChannels;
  checkHeads('self-attend, queries and keys', qkChannels, numHeads);
  checkHeads('self-attend, values', vChannels, numHeads);
  const { selfAttentionWideningFactor: wideningFactor, activation, attentionDropout: dropout } = config;
  let z = latents;
  for (let layer = 0; layer < config.numSelfAttendsPerBlock; layer++) {
    context.record?.('hidden_states', z);
    z = selfAttend(scope.at(String(layer)), z, {
      numHeads,
      qkChannels,
      vChannels,
      wideningFactor,
      activation,
      dropout,
      context,
      recordAs: 'attentions',
    });
  }
  context.record?.('hidden_states', z);
  return z;
}

/**
 * The whole encoder: for each step of `encoderSteps` a cross-attend (where there is one) and a block.
 *
 * @param scope holds the layers: `cross_attention`, `self_attends.0`, ...
 * @returns latents `[B, N, D]`
 */
export function encodeAndProcess(
  scope: Scope,
  latents: tf.Tensor3D,
  input: InputArray,
  config: EncoderConfig,
  context: RunContext = evaluation,
): tf.Tensor3D {
  const steps = encoderSteps(config);
  // Blocks that follow each other with the same weights are one loop, unless each turn differs from the last.
  const loops = !context.training && context.record === undefined;
  let z = latents;
  let recorded = 0;
  for (let i = 0; i < steps.length; ) {
    const { crossAttend: cross, block } = steps[i]!;
    if (cross !== undefined) {
      z = encode(scope.at(cross), z, input, config, context);
      context.record?.(`steps.${recorded++}.${cross}`, z);
    }
    let turns = 1;
    while (loops && steps[i + turns]?.block === block && steps[i + turns]?.crossAttend === undefined) turns++;
    z = repeat(turns, (latents) => processBlock(scope.at(block), latents, config, context), z);
    context.record?.(`steps.${recorded++}.${block}`, z);
    i += turns;
  }
  return z;
}
