import * as tf from '@tensorflow/tfjs';
import { counterUniform, keyWords } from 'tfjs-backend-onnxruntime';
import { type Declarable, declareParameters } from '../parameters/declare-parameters.js';
import { initializeParameters } from '../parameters/initialize-parameters.js';

/** Makes tfjs' own cpu backend the current one, without its advertisement. For tests. */
export async function useCpu(): Promise<void> {
  await tf.setBackend('cpu');
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
}

/** Uniform numbers in [-1, 1), the same for the same seed. */
export function noise<T extends tf.Tensor>(shape: number[], seed = 1): T {
  return counterUniform(tf.tensor1d(keyWords(seed), 'int32'), shape)
    .mul(2)
    .sub(1) as T;
}

/** Parameters of a model, large enough that everything matters. */
export function noisyParameters<I>(model: Declarable<I>, seed = 3): Record<string, tf.Tensor> {
  const made = initializeParameters(declareParameters(model), seed, { family: 'normal', std: 0.3 });
  return Object.fromEntries(
    Object.entries(made).map(([name, tensor], i) => [
      name,
      name.endsWith('inv_freq') ? tensor : tensor.add(noise(tensor.shape, 100 + i).mul(0.1)),
    ]),
  );
}

/** Largest distance between two tensors of one shape. */
export function distance(a: tf.Tensor, b: tf.Tensor): number {
  if (a.shape.join() !== b.shape.join()) return Number.POSITIVE_INFINITY;
  return a.size === 0 ? 0 : a.sub(b).abs().max().dataSync()[0]!;
}
