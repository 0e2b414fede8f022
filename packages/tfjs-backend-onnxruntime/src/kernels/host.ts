import * as tf from '@tensorflow/tfjs';
import type { OnnxRuntimeBackend } from '../backend.js';
import { UnsupportedError } from '../errors.js';
import { missingKernel } from './missing-kernel.js';

type Arguments = Parameters<tf.KernelFunc>[0];

/** What is used of tfjs' own cpu backend. */
interface CpuBackend extends tf.KernelBackend {
  firstUse: boolean;
  readSync(dataId: tf.DataId): tf.BackendValues;
  write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId;
}

/** Inputs are tensors by name, lists of tensors by name, or one list. */
const tensorsOf = (inputs: Arguments['inputs']): tf.TensorInfo[] =>
  Object.values(inputs)
    .flat()
    .filter((input) => input != null);

export const hasStrings = (inputs: Arguments['inputs']): boolean =>
  tensorsOf(inputs).some(({ dtype }) => dtype === 'string');

/**
 * Runs tfjs' cpu kernel on numbers that are at hand: for strings, and for results whose shapes depend on numbers, neither of
 * which a compiled graph can have.
 *
 * @throws KernelMissingError inside `jit`, or if the cpu backend has no such kernel either
 * @throws UnsupportedError if an input has not been computed yet
 */
export function runOnHost(kernelName: string, backendName: string, { inputs, attrs, backend }: Arguments) {
  const onnx = backend as OnnxRuntimeBackend;
  const kernel = tf.getKernel(kernelName, 'cpu');
  const tensors = tensorsOf(inputs);
  if (kernel === undefined || tensors.some(({ dtype }) => dtype === 'complex64'))
    throw missingKernel(kernelName, backendName);
  for (const tensor of tensors) {
    if (tensor.dtype === 'string') continue;
    const { traced, data } = onnx.graphValue(tensor);
    if (traced !== undefined) throw missingKernel(kernelName, backendName);
    if (data === undefined) {
      throw new UnsupportedError(
        `the kernel '${kernelName}' needs the numbers of its inputs, and one has not been computed yet: ` +
          'read it first, with `await tensor.data()`',
      );
    }
  }
  const cpu = tf.engine().findBackend('cpu') as CpuBackend;
  // Else it prints an advertisement for tfjs-node.
  cpu.firstUse = false;
  const copied: tf.DataId[] = [];
  const copy = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
    copied.push(cpu.write(onnx.readSync(dataId), shape, dtype));
    return { dataId: copied.at(-1)!, shape, dtype };
  };
  const copyAll = (given: unknown): unknown => {
    if (given == null) return given;
    if (Array.isArray(given)) return given.map(copyAll);
    return copy(given as tf.TensorInfo);
  };
  const given = Array.isArray(inputs)
    ? copyAll(inputs)
    : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, copyAll(input)]));
  const results = kernel.kernelFunc({ inputs: given as Arguments['inputs'], attrs: attrs!, backend: cpu });
  const take = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo => {
    if (dtype === 'complex64') throw missingKernel(kernelName, backendName);
    return { dataId: onnx.write(cpu.readSync(dataId), shape, dtype), shape, dtype };
  };
  const outputs = [results].flat();
  const taken = outputs.map(take);
  for (const dataId of new Set([...copied, ...outputs.map((output) => output.dataId)])) cpu.disposeData(dataId, true);
  return Array.isArray(results) ? taken : taken[0]!;
}
