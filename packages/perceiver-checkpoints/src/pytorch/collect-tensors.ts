import type { TensorInfo } from '../checkpoint-reader.js';
import { CheckpointFormatError } from '../errors.js';
import type { PickleValue } from '../pickle/pickle-value.js';
import { DTYPES, elementCount } from '../tensors/dtype.js';
import { TorchTensor } from './torch-globals.js';

// Values may be shared, so nesting can make a small file look endless.
const MOST_VALUES = 2_000_000;
const DEEPEST = 32;

/**
 * The tensors of a PyTorch file by dotted name: of the dict under `key`; by default of `state_dict` where there is one
 * (Lightning), else of the whole file. Nested dicts and lists join their keys with dots.
 */
export function collectTensors(file: string, root: PickleValue, key?: string): ReadonlyMap<string, TensorInfo> {
  const tensors = new Map<string, TensorInfo>();
  let visited = 0;
  const visit = (value: PickleValue, name: string, depth: number) => {
    if (++visited > MOST_VALUES || depth > DEEPEST) {
      throw new CheckpointFormatError(file, `nested too deeply, or more than ${MOST_VALUES} values, at ${name}`);
    }
    if (value instanceof TorchTensor) {
      if (tensors.has(name)) throw new CheckpointFormatError(file, `two tensors are named ${name}`);
      tensors.set(name, tensorInfo(file, value));
    } else if (value instanceof Map || Array.isArray(value)) {
      for (const [step, item] of value.entries()) {
        if (isContainer(item)) visit(item, name === '' ? stepName(step) : `${name}.${stepName(step)}`, depth + 1);
      }
    }
  };
  visit(chooseRoot(file, root, key), '', 0);
  return tensors;
}

function isContainer(value: PickleValue): boolean {
  return value instanceof TorchTensor || value instanceof Map || Array.isArray(value);
}

/** A key as a part of a name: only texts and numbers can be one. */
function stepName(step: PickleValue): string {
  return typeof step === 'string' || typeof step === 'number' ? `${step}` : '?';
}

function chooseRoot(file: string, root: PickleValue, key: string | undefined): PickleValue {
  if (key === undefined) {
    const nested = root instanceof Map ? root.get('state_dict') : undefined;
    return nested instanceof Map ? nested : root;
  }
  const chosen = root instanceof Map ? root.get(key) : undefined;
  if (chosen !== undefined) return chosen;
  const keys = root instanceof Map ? [...root.keys()].filter((name) => typeof name === 'string').slice(0, 20) : [];
  throw new CheckpointFormatError(file, `has no entry ${key}; it has ${keys.join(', ') || 'no dict at the top'}`);
}

function tensorInfo(file: string, { dtype, shape, strides, byteOffset }: TorchTensor): TensorInfo {
  const byteLength = elementCount(shape) * DTYPES[dtype].bytes;
  const info = { dtype, shape, file, byteOffset, byteLength };
  return isContiguous(shape, strides) ? info : { ...info, strides };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
