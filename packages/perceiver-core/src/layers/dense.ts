import type * as tf from '@tensorflow/tfjs';
import { layerNorm, linear } from 'tfjs-backend-onnxruntime';
import { linearBias, linearWeight, normOffset, normScale } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';

export interface DenseOptions {
  /** Adds the parameter `bias`; true by default. */
  readonly bias?: boolean;
}

/** Linear layer with the parameters `weight` `[outChannels, in]` and `bias`: `[..., in]` to `[..., outChannels]`. */
export function dense<T extends tf.Tensor>(
  scope: Scope,
  x: T,
  outChannels: number,
  { bias = true }: DenseOptions = {},
): T {
  const inChannels = x.shape[x.rank - 1]!;
  const weight = scope.parameter<tf.Tensor2D>('weight', [outChannels, inChannels], linearWeight(inChannels));
  const offset = bias ? scope.parameter<tf.Tensor1D>('bias', [outChannels], linearBias(inChannels)) : undefined;
  return linear(x, weight, offset) as T;
}

export interface NormOptions {
  /** Added to the variance; 1e-5 by default, as in PyTorch (PAPERS, trap 3). */
  readonly epsilon?: number;
}

/** `weight` and `bias` of a layer norm, `[channels]` each. */
export function normParameters(scope: Scope, channels: number): { scale: tf.Tensor1D; offset: tf.Tensor1D } {
  return {
    scale: scope.parameter('weight', [channels], normScale),
    offset: scope.parameter('bias', [channels], normOffset),
  };
}

/** Layer norm over the last axis with the parameters `weight` and `bias`. */
export function norm<T extends tf.Tensor>(scope: Scope, x: T, { epsilon }: NormOptions = {}): T {
  const { scale, offset } = normParameters(scope, x.shape[x.rank - 1]!);
  return layerNorm(x, scale, offset, epsilon) as T;
}
