import type * as tf from '@tensorflow/tfjs';
import { gelu } from 'tfjs-backend-onnxruntime';
import type { Scope } from '../parameters/scope.js';
import { dense, norm } from './dense.js';
import { hubLayerNames, type LayerNames } from './layer-names.js';

/** `gelu` is exact, as in the PyTorch checkpoints; `gelu-tanh` is DeepMind's JAX code; `squared-relu` is Perceiver AR's. */
export type Activation = 'gelu' | 'gelu-tanh' | 'squared-relu';

export interface MlpOptions {
  /** Channels between the two linear layers, as a multiple of the input's; 1 by default. */
  readonly wideningFactor?: number;
  readonly activation?: Activation;
  readonly bias?: boolean;
  readonly names?: LayerNames;
}

export function activate(x: tf.Tensor3D, activation: Activation): tf.Tensor3D {
  if (activation === 'squared-relu') return x.relu().square() as tf.Tensor3D;
  return gelu(x, activation === 'gelu' ? 'none' : 'tanh') as tf.Tensor3D;
}

/** Layer norm, linear, activation, linear, without the residual (Perceiver IO, appendix E): `[B, N, C]` to `[B, N, C]`. */
export function mlp(scope: Scope, x: tf.Tensor3D, options: MlpOptions = {}): tf.Tensor3D {
  const { wideningFactor = 1, activation = 'gelu', bias = true, names = hubLayerNames } = options;
  const channels = x.shape[2];
  const wide = dense(scope.at(names.mlpIn), norm(scope.at(names.mlpNorm), x), wideningFactor * channels, { bias });
  return dense(scope.at(names.mlpOut), activate(wide, activation), channels, { bias }); // [B, N, C]
}
