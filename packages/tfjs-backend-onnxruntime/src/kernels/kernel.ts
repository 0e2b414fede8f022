import * as tf from '@tensorflow/tfjs';
import type { OnnxRuntimeBackend } from '../backend.js';
import type { Value } from '../graph/value.js';

/** What a kernel gets: graph values by input name (by position for operations on lists), attributes, and what it may emit. */
export interface KernelCall {
  readonly inputs: Record<string, Value>;
  readonly list: readonly Value[];
  // biome-ignore lint/suspicious/noExplicitAny: attributes are typed by each kernel of tfjs
  readonly attributes: Record<string, any>;
  /** Emit only operators of the ONNX standard. */
  readonly portable: boolean;
}

/** Emits the nodes of one tfjs kernel. */
export type Kernel = (call: KernelCall) => Value | Value[];

export type KernelTable = Readonly<Record<string, Kernel>>;

/** Registers kernels with tfjs under a backend's name. */
export function registerKernels(backendName: string, kernels: KernelTable): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const onnx = backend as OnnxRuntimeBackend;
        const values: Record<string, Value> = {};
        for (const name in inputs) if (inputs[name] != null) values[name] = onnx.graphValue(inputs[name]);
        const result = kernel({
          inputs: values,
          list: Array.isArray(inputs) ? Object.values(values) : [],
          attributes: (attrs ?? {}) as Record<string, unknown>,
          portable: onnx.portable,
        });
        return Array.isArray(result) ? result.map((value) => onnx.output(value)) : onnx.output(result);
      },
    });
  }
}
