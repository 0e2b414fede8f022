import type * as tf from '@tensorflow/tfjs';
import { trainablePosition } from '../parameters/initializer.js';
import type { Scope } from '../parameters/scope.js';

/** The parameter `position_embeddings` `[length, channels]`: a learned vector per position, as an input's position or as a query. */
export function trainablePositions(scope: Scope, length: number, channels: number, std?: number): tf.Tensor2D {
  return scope.parameter('position_embeddings', [length, channels], trainablePosition(std));
}
