import * as tf from '@tensorflow/tfjs';
import { linear } from 'tfjs-backend-onnxruntime';
import { ModelError } from '../errors.js';
import type { AttentionLayerOptions } from '../layers/attention-layer.js';
import { norm } from '../layers/dense.js';
import { perceiverIoLayerNames as names } from '../layers/layer-names.js';
import { type RunContext, type RunOptions, runContext } from '../layers/run-context.js';
import { buffer, embedding, linearWeight, zeroBias } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';
import type { LayerCache, PerceiverARCache } from './cache.js';
import { causalLayer, keyValueInput } from './causal-layer.js';
import { causalMask } from './causal-mask.js';
import { type ResolvedPerceiverARConfig, rotaryChannels, rotaryDim } from './config.js';
import { embedTokens, type Positions, positionsOf } from './embed-tokens.js';
import { droppedPrefix } from './prefix-dropout.js';
import { inverseFrequencies, type RotaryLayout, type Rotation, rotaryPhases, rotationOf } from './rotary.js';

export interface PerceiverARInputs {
  /** int32 `[B, n]`, after those in the cache. */
  readonly inputIds: tf.Tensor2D;
  /** Tokens at the start that are context only. With a cache it is ignored: all tokens given become latents. */
  readonly prefixLength: number;
  /** `[B, cached + n]`, true or 1 = padding, on the left. */
  readonly padMask?: tf.Tensor2D;
  readonly cache?: PerceiverARCache;
  /**
   * `[B, cached latents + n - prefix]`, true or 1 = an empty slot that self-attends must not see. The reference has no such mask; it
   * lets caches have one fixed length, so that a compiled step serves all steps.
   */
  readonly latentPadMask?: tf.Tensor2D;
}

export interface PerceiverAROptions extends RunOptions {
  /** Gives the cache after this step. */
  readonly returnCache?: boolean;
}

export interface PerceiverAROutputs {
  /** `[B, latents, vocabSize]`; row i is about the token after latent i. */
  readonly logits: tf.Tensor3D;
  /** `[B, latents, channels]` */
  readonly lastHiddenState: tf.Tensor3D;
  readonly cache?: PerceiverARCache;
  readonly intermediates?: Record<string, tf.Tensor>;
}

function checkInputs(inputs: PerceiverARInputs, cached: number, config: ResolvedPerceiverARConfig): void {
  const [batch, length] = inputs.inputIds.shape;
  const { prefixLength, padMask } = inputs;
  const { maxSeqLen, maxLatents } = config;
  if (cached === 0 && !(prefixLength >= 0 && prefixLength < length && prefixLength <= maxSeqLen - maxLatents)) {
    throw new ModelError(
      `Perceiver AR: expected a prefix length in [0, ${length}) and at most maxSeqLen - maxLatents = ${maxSeqLen - maxLatents}, got ${prefixLength}`,
    );
  }
  if (padMask !== undefined && (padMask.shape[0] !== batch || padMask.shape[1] !== cached + length)) {
    throw new ModelError(
      `Perceiver AR: expected padMask [${batch}, ${cached + length}] (cached and new), got [${padMask.shape}]`,
    );
  }
}

function logitsOf(scope: Scope, latents: tf.Tensor3D, config: ResolvedPerceiverARConfig): tf.Tensor3D {
  const { vocabSize, numChannels, tiedOutput, outputBias, embeddingStd } = config;
  const table = tiedOutput
    ? scope.parameter<tf.Tensor2D>(
        'input_adapter.txt_embedding.weight',
        [vocabSize, numChannels],
        embedding(embeddingStd),
      )
    : scope.parameter<tf.Tensor2D>('output_adapter.weight', [vocabSize, numChannels], linearWeight(numChannels));
  const start = tiedOutput ? zeroBias : { kind: 'bias' as const, fanIn: numChannels };
  const bias = outputBias ? scope.parameter<tf.Tensor1D>('output_adapter.bias', [vocabSize], start) : undefined;
  return linear(latents, table, bias) as tf.Tensor3D;
}

function rotationFor(
  scope: Scope,
  positions: Positions,
  layout: RotaryLayout,
  config: ResolvedPerceiverARConfig,
  context: RunContext,
): Rotation | undefined {
  if (!config.rotary) return undefined;
  const pairs = layout.rotatedChannels / 2;
  const start = buffer(() => inverseFrequencies(rotaryDim(config)));
  const frequencies = scope.parameter<tf.Tensor1D>('frq_pos_encoding.inv_freq', [pairs], start);
  const phases = rotaryPhases(positions.all, frequencies);
  context.record?.('phases', phases);
  return rotationOf(phases);
}

/**
 * Perceiver AR (section 3): the last positions become latents, which attend causally to the whole context, then to each other.
 * Computes what the `perceiver-io` package computes (PARITY-krasserm, section 3), caches included.
 */
export function runPerceiverAR(
  scope: Scope,
  inputs: PerceiverARInputs,
  config: ResolvedPerceiverARConfig,
  options: PerceiverAROptions = {},
): PerceiverAROutputs {
  const intermediates: Record<string, tf.Tensor> = {};
  const record = (name: string, tensor: tf.Tensor): void => {
    intermediates[name] = tensor;
  };
  const context = runContext(options, options.returnIntermediates ? record : undefined);
  const { inputIds, padMask, cache, latentPadMask } = inputs;
  const cached = cache?.cross.key.shape[1] ?? 0;
  checkInputs(inputs, cached, config);
  const prefixLength = cached > 0 ? 0 : inputs.prefixLength;
  const [, length] = inputIds.shape;
  const numLatents = length - prefixLength;

  const positions = positionsOf(cached + length, padMask);
  const h = embedTokens(scope.at('input_adapter'), inputs, positions, config);
  context.record?.('input_embedding', h);
  const { numHeads, numChannels } = config;
  const layout = { numHeads, headChannels: numChannels / numHeads, rotatedChannels: rotaryChannels(config) };
  const rotation = rotationFor(scope.at('input_adapter'), positions, layout, config, context);
  const layerOptions: AttentionLayerOptions = {
    numHeads,
    qkChannels: numChannels,
    qkvBias: config.qkvBias,
    mlpBias: config.mlpBias,
    activation: config.activation,
    dropout: config.attentionDropout,
    residualDropout: config.residualDropout,
    names,
    context,
  };

  const cross = scope.at('cross_attention');
  const latents = prefixLength === 0 ? h : tf.slice(h, [0, prefixLength, 0], [-1, numLatents, -1]);
  const query = norm(cross.at(names.queryNorm), latents);
  const hidden = droppedPrefix(padMask, prefixLength, numLatents, config.prefixDropout, context, inputIds.shape[0]);
  const { x: encoded, cache: crossCache } = causalLayer(
    cross,
    latents,
    { query, keyValue: keyValueInput(cross, h, query, prefixLength, config) },
    {
      options: { ...layerOptions, wideningFactor: config.crossAttentionWideningFactor },
      mask: causalMask(numLatents, cached + length, hidden),
      cached: cache?.cross,
      rotation,
      layout,
      name: 'cross_attention',
    },
  );

  const { numSelfAttentionLayers, numSelfAttentionRotaryLayers: rotaryLayers } = config;
  const keys = (cache?.layers[0]?.key.shape[1] ?? 0) + numLatents;
  const mask = causalMask(numLatents, keys, latentPadMask);
  const layerCaches: LayerCache[] = [];
  let z = encoded;
  for (let i = 0; i < numSelfAttentionLayers; i++) {
    const layerScope = scope.at(`self_attention.${i}`);
    const normed = norm(layerScope.at(names.selfNorm), z);
    const result = causalLayer(
      layerScope,
      z,
      { query: normed, keyValue: normed },
      {
        options: {
          ...layerOptions,
          wideningFactor: config.selfAttentionWideningFactor,
          outputBias: config.selfAttentionOutputBias,
        },
        mask,
        cached: cache?.layers[i],
        rotation: rotaryLayers === -1 || i < rotaryLayers ? rotation : undefined,
        layout,
        name: `self_attention.${i}`,
      },
    );
    z = result.x;
    layerCaches.push(result.cache);
  }
  const lastHiddenState = config.outputNorm ? norm(scope.at('out_norm'), z) : z;
  return {
    logits: logitsOf(scope, lastHiddenState, config),
    lastHiddenState,
    ...(options.returnCache ? { cache: { cross: crossCache, layers: layerCaches } } : {}),
    ...(options.returnIntermediates ? { intermediates } : {}),
  };
}
