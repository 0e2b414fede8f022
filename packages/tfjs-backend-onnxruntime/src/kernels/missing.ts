import * as tf from '@tensorflow/tfjs';
import { runOnHost } from './host.js';

/** Names of kernels that tfjs' own code asks for. */
function tfjsKernelNames(): string[] {
  const names = Object.values(tf as unknown as Record<string, unknown>).filter((value) => typeof value === 'string');
  const known = new Set(tf.getKernelsForBackend('cpu').map((kernel) => kernel.kernelName));
  for (const name of names as string[]) if (/^_?[A-Z]\w+$/.test(name)) known.add(name);
  return [...known];
}

/** Kernels without an ONNX form run on the host where they can, and say what is missing where they cannot. */
export function registerMissingKernels(backendName: string): void {
  for (const kernelName of tfjsKernelNames()) {
    if (tf.getKernel(kernelName, backendName) !== undefined) continue;
    tf.registerKernel({ kernelName, backendName, kernelFunc: (call) => runOnHost(kernelName, backendName, call) });
  }
}
