import * as tf from '@tensorflow/tfjs';
import { splitHeads } from 'tfjs-backend-onnxruntime';
import { type AttentionLayerOptions, attendAndMix, project } from '../layers/attention-layer.js';
import { norm } from '../layers/dense.js';
import { perceiverIoLayerNames as names } from '../layers/layer-names.js';
import type { Scope } from '../parameters/scope.js';
import { appendToCache, type LayerCache } from './cache.js';
import type { CausalMask } from './causal-mask.js';
import type { ResolvedPerceiverARConfig } from './config.js';
import { lastOf, type RotaryLayout, type Rotation, rotate } from './rotary.js';

/** One causal attention layer on queries, fresh keys and values. */
export function causalLayer(
  scope: Scope,
  x: tf.Tensor3D,
  normed: { query: tf.Tensor3D; keyValue: tf.Tensor3D },
  layer: {
    options: AttentionLayerOptions;
    mask: CausalMask;
    cached?: LayerCache;
    rotation?: Rotation;
    layout: RotaryLayout;
    name: string;
  },
): { x: tf.Tensor3D; cache: LayerCache } {
  const { options, mask, cached, rotation, layout, name } = layer;
  const { query, key, value } = project(scope, normed.query, normed.keyValue, options);
  const cache = appendToCache(cached, { key, value });
  // A query that sees nothing must have equal scores, and no gradient: scores are filled, not added to.
  const seeing = mask.sighted === undefined ? query : query.mul<tf.Tensor3D>(mask.sighted);
  const turned = (y: tf.Tensor3D): tf.Tensor3D =>
    rotation === undefined ? y : rotate(y, lastOf(rotation, y.shape[1]), layout);
  const [q, k] = [turned(seeing), turned(cache.key)];
  const record = options.context?.record;
  if (record !== undefined && rotation !== undefined) {
    record(`rotated.${name}.q`, splitHeads(q.mul(1 / Math.sqrt(layout.headChannels)), layout.numHeads));
    record(`rotated.${name}.k`, splitHeads(k, layout.numHeads));
  }
  const mixed = attendAndMix(
    scope,
    x,
    { query: q, key: k, value: cache.value },
    { ...options, scoreBias: mask.scoreBias },
  );
  record?.(name, mixed);
  return { x: mixed, cache };
}

/** What keys and values are made of: the prefix through its own norm, latents through the queries' (or all through the first). */
export function keyValueInput(
  scope: Scope,
  h: tf.Tensor3D,
  query: tf.Tensor3D,
  prefixLength: number,
  config: ResolvedPerceiverARConfig,
): tf.Tensor3D {
  if (config.latentKeyNorm === 'keyValue') return norm(scope.at(names.keyValueNorm), h);
  if (prefixLength === 0) return query;
  const prefix = norm(scope.at(names.keyValueNorm), tf.slice(h, [0, 0, 0], [-1, prefixLength, -1]));
  return tf.concat([prefix, query], 1);
}
