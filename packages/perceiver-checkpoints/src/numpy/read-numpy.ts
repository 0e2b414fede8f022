import { type ByteSource, bytesSource } from '../byte-source.js';
import type { CheckpointReader, TensorInfo } from '../checkpoint-reader.js';
import { CheckpointFormatError } from '../errors.js';
import { fileSource } from '../file-source.js';
import type { PickleValue } from '../pickle/pickle-value.js';
import { StoredBytes, StoredText } from '../pickle/stored.js';
import { unpickleSource } from '../pickle/unpickle-source.js';
import { createReader } from '../tensors/create-reader.js';
import { DTYPES, elementCount } from '../tensors/dtype.js';
import { latin1Source } from './latin1-source.js';
import { NumpyArray } from './numpy-array.js';
import { numpyGlobals } from './numpy-globals.js';

const DEEPEST = 16;
const MOST_VALUES = 1_000_000;

/** Whether a file begins as a pickle of protocol 2 to 5 does. */
export function isPickle(start: Uint8Array): boolean {
  return start[0] === 0x80 && start[1]! >= 2 && start[1]! <= 5;
}

/**
 * Opens a pickle of NumPy arrays in dicts, lists and tuples (protocols 2 to 5), such as the parameters of a JAX model:
 * names are joined with slashes, as Haiku's own are. The arrays stay in the file until they are read.
 * Throws CheckpointFormatError for damage, and for anything that is neither an array nor a plain value.
 */
export async function readNumpyPickle(source: ByteSource): Promise<CheckpointReader> {
  const { value } = await unpickleSource(source, numpyGlobals);
  const tensors = new Map<string, TensorInfo>();
  const sources = new Map<string, ByteSource>();
  for (const [name, array] of collectArrays(source.name, value)) {
    tensors.set(name, tensorInfo(source.name, array));
    const { data, dtype, shape } = array;
    const byteLength = elementCount(shape) * DTYPES[dtype].bytes;
    if (data instanceof StoredText) sources.set(name, latin1Source(source, data, byteLength));
    if (data instanceof Uint8Array) sources.set(name, bytesSource(data, source.name));
  }
  return createReader({ format: 'numpy', source, tensors, sourceOf: (name) => sources.get(name) });
}

/** Opens a file of `readNumpyPickle`'s kind. */
export async function openNumpyPickle(path: string): Promise<CheckpointReader> {
  const source = await fileSource(path);
  try {
    return await readNumpyPickle(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

function collectArrays(file: string, root: PickleValue): ReadonlyMap<string, NumpyArray> {
  const arrays = new Map<string, NumpyArray>();
  let visited = 0;
  const visit = (value: PickleValue, name: string, depth: number) => {
    if (++visited > MOST_VALUES || depth > DEEPEST) {
      throw new CheckpointFormatError(file, `nested too deeply, or more than ${MOST_VALUES} values, at ${name}`);
    }
    if (value instanceof NumpyArray) {
      if (arrays.has(name)) throw new CheckpointFormatError(file, `two arrays are named ${name}`);
      arrays.set(name, value);
    } else if (value instanceof Map || Array.isArray(value)) {
      for (const [key, item] of value.entries()) {
        const step = typeof key === 'string' || typeof key === 'number' ? `${key}` : '?';
        if (typeof item === 'object' && item !== null) visit(item, name === '' ? step : `${name}/${step}`, depth + 1);
      }
    }
  };
  visit(root, '', 0);
  if (arrays.size === 0) throw new CheckpointFormatError(file, 'expected NumPy arrays in dicts, got a pickle without');
  return arrays;
}

function tensorInfo(file: string, { dtype, shape, isFortran, data }: NumpyArray): TensorInfo {
  const isStored = data instanceof StoredBytes;
  const info = {
    dtype,
    shape,
    file,
    byteOffset: isStored ? data.byteOffset : 0,
    byteLength: elementCount(shape) * DTYPES[dtype].bytes,
    ...(isStored ? {} : { isEncoded: true }),
  };
  return isFortran && shape.length > 1 ? { ...info, strides: fortranStrides(shape) } : info;
}

/** Steps in elements where the first axis is the fastest. */
function fortranStrides(shape: readonly number[]): number[] {
  let step = 1;
  return shape.map((size) => {
    const stride = step;
    step *= size;
    return stride;
  });
}
