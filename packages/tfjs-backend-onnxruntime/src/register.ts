import * as tf from '@tensorflow/tfjs';
import { OnnxRuntimeBackend } from './backend.js';
import { registerAllKernels } from './kernels/index.js';
import type { OnnxRuntime, SessionOptions } from './runtime/runtime.js';

export const BACKEND_NAME = 'onnxruntime';

let kernelsRegistered = false;

/**
 * Registers the tfjs backend `onnxruntime` on a runtime, `onnxruntime-node` or `onnxruntime-web`, and makes it the current one.
 * Calling it again replaces the backend and its options; tensors of the old one are lost.
 */
export async function registerOnnxRuntime(
  runtime: OnnxRuntime,
  options: SessionOptions = {},
): Promise<OnnxRuntimeBackend> {
  if (!kernelsRegistered) {
    registerAllKernels(BACKEND_NAME);
    kernelsRegistered = true;
  }
  if (tf.engine().registryFactory[BACKEND_NAME] !== undefined) tf.removeBackend(BACKEND_NAME);
  const backend = new OnnxRuntimeBackend(runtime, options);
  tf.registerBackend(BACKEND_NAME, () => backend, 10);
  await tf.setBackend(BACKEND_NAME);
  return backend;
}
