import * as tf from '@tensorflow/tfjs';
import type { OnnxRuntimeBackend } from '../backend.js';
import type { Value } from '../graph/value.js';
import { hasStrings, runOnHost } from './host.js';

/** What a kernel gets: graph values by input name (by position for operations on lists), attributes, and what it may emit. */
export interface KernelCall {
  readonly inputs: Record<string, Value>;
  readonly list: readonly Value[];
  // biome-ignore lint/suspicious/noExplicitAny: attributes are typed by each kernel of tfjs
  readonly attributes: Record<string, any>;
  /** Emit only operators of the ONNX standard. */
  readonly portable: boolean;
  /** Whether all runs on the CPU. */
  readonly onCpu: boolean;
  /** See `SessionOptions`; 0 where products must stay whole. */
  readonly strassenBytes: number;
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
      kernelFunc: (call) => {
        const { inputs, attrs, backend } = call;
        if (hasStrings(inputs)) return runOnHost(kernelName, backendName, call);
        const onnx = backend as OnnxRuntimeBackend;
        const values: Record<string, Value> = {};
        for (const name in inputs) if (inputs[name] != null) values[name] = onnx.graphValue(inputs[name]);
        const result = kernel({
          inputs: values,
          list: Array.isArray(inputs) ? Object.values(values) : [],
          attributes: (attrs ?? {}) as Record<string, unknown>,
          portable: onnx.portable,
          onCpu: onnx.onCpu,
          strassenBytes: onnx.portable ? 0 : onnx.strassenBytes,
        });
        const output = (value: Value): tf.TensorInfo => {
          // A kernel that gives its input back shares the data, as on tfjs' own backends.
          for (const name in values) {
            if (values[name] !== value) continue;
            const { dataId } = inputs[name] as tf.TensorInfo;
            onnx.incRef(dataId);
            return { dataId, shape: [...value.shape], dtype: value.type as tf.DataType };
          }
          return onnx.output(value);
        };
        return Array.isArray(result) ? result.map(output) : output(result);
      },
    });
  }
}
