import * as tf from '@tensorflow/tfjs';
import type { ModelDeclaration } from 'perceiver-core';

/** Trained parameters and the model's buffers, which are made where they are used. */
export function withBuffers(
  parameters: Record<string, tf.Tensor>,
  declaration: ModelDeclaration,
): Record<string, tf.Tensor> {
  const all = { ...parameters };
  for (const { name, shape, trainable, initializer } of declaration) {
    if (trainable || all[name] !== undefined || initializer.values === undefined) continue;
    all[name] = tf.tensor(initializer.values(), [...shape], 'float32');
  }
  return all;
}
