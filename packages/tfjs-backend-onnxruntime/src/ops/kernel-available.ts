import * as tf from '@tensorflow/tfjs';

/** Whether the current tfjs backend has its own kernel of this name; otherwise the operation is composed of tfjs operations. */
export function kernelAvailable(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/** Runs a kernel of the current backend and gives its outputs as tensors. */
export function runKernel(
  kernelName: string,
  inputs: Record<string, tf.Tensor | undefined>,
  attributes: Record<string, unknown> = {},
): tf.Tensor[] {
  const present = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor !== undefined));
  const result = tf
    .engine()
    .runKernel(kernelName, present as unknown as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap);
  return (Array.isArray(result) ? result : [result]) as tf.Tensor[];
}
