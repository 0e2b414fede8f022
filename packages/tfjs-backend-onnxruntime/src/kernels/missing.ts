import * as tf from '@tensorflow/tfjs';
import { KernelMissingError } from '../errors.js';

/** Names of kernels that tfjs' own code asks for; every one without a kernel of ours answers with an error that says who called. */
function tfjsKernelNames(): string[] {
  const names = Object.values(tf as unknown as Record<string, unknown>).filter((value) => typeof value === 'string');
  const known = new Set(tf.getKernelsForBackend('cpu').map((kernel) => kernel.kernelName));
  for (const name of names as string[]) if (/^_?[A-Z]\w+$/.test(name)) known.add(name);
  return [...known];
}

/** The first line of the stack that is not inside tfjs or this package. */
function caller(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const inside = /@tensorflow|tfjs-backend-onnxruntime\/(src|dist)\/(?!.*\.test\.)|node:internal/;
  const outside = lines.find((line) => !inside.test(line));
  return outside === undefined ? '' : ` (called ${outside.trim()})`;
}

export function registerMissingKernels(backendName: string): void {
  for (const kernelName of tfjsKernelNames()) {
    if (tf.getKernel(kernelName, backendName) !== undefined) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: () => {
        throw new KernelMissingError(
          kernelName,
          `the kernel '${kernelName}' is not implemented by the backend '${backendName}'${caller()}; ` +
            `use another operation, or another backend: await tf.setBackend('cpu')`,
        );
      },
    });
  }
}
