import * as tf from '@tensorflow/tfjs';

/** Keys and values of one layer, `[B, length, channels]`, heads not split, keys not rotated. */
export interface LayerCache {
  readonly key: tf.Tensor3D;
  readonly value: tf.Tensor3D;
}

/** What a Perceiver AR keeps between steps: prefix and latents of the cross-attend, latents of each self-attend. */
export interface PerceiverARCache {
  readonly cross: LayerCache;
  readonly layers: readonly LayerCache[];
}

/** Puts new keys and values after the cached ones. */
export function appendToCache(cached: LayerCache | undefined, fresh: LayerCache): LayerCache {
  if (cached === undefined) return fresh;
  return { key: tf.concat([cached.key, fresh.key], 1), value: tf.concat([cached.value, fresh.value], 1) };
}

const last = (x: tf.Tensor3D, length: number): tf.Tensor3D =>
  x.shape[1] <= length ? x : tf.slice(x, [0, x.shape[1] - length, 0], [-1, length, -1]);

const lastRows = ({ key, value }: LayerCache, length: number): LayerCache => ({
  key: last(key, length),
  value: last(value, length),
});

/** The last `cross` entries of the cross-attend's cache and the last `self` of each self-attend's; shorter ones stay as they are. */
export function trimCache(cache: PerceiverARCache, lengths: { cross: number; self: number }): PerceiverARCache {
  return {
    cross: lastRows(cache.cross, lengths.cross),
    layers: cache.layers.map((layer) => lastRows(layer, lengths.self)),
  };
}
