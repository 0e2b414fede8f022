import { CheckpointError } from '../errors.js';
import { DTYPES, type Dtype, elementCount, type TensorArray } from './dtype.js';

/** A tensor in memory: row-major elements of `shape`. */
export interface TensorData<D extends Dtype = Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: TensorArray<D>;
}

/** Makes an empty array for `count` elements. Throws CheckpointError where memory does not suffice. */
export function allocate<D extends Dtype>(dtype: D, count: number, purpose: string): TensorArray<D> {
  try {
    return new DTYPES[dtype].array(count) as TensorArray<D>;
  } catch (error) {
    const gigabytes = (count * DTYPES[dtype].bytes) / 1e9;
    throw new CheckpointError(`${purpose}: no memory for ${gigabytes.toFixed(1)} GB`, { cause: error });
  }
}

/** The bytes of a typed array, not copied. */
export function bytesOf(array: TensorArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Throws CheckpointError unless the array is of the kind and length that dtype and shape demand. */
export function checkTensorData(name: string, tensor: TensorData): void {
  const { array } = DTYPES[tensor.dtype];
  const expected = elementCount(tensor.shape);
  if (!(tensor.data instanceof array) || tensor.data.length !== expected) {
    const got = `${tensor.data?.constructor?.name}(${tensor.data?.length})`;
    throw new CheckpointError(
      `tensor ${name}: ${tensor.dtype} [${tensor.shape}] expected ${array.name}(${expected}), got ${got}`,
    );
  }
}
