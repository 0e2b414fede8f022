import type { ByteSource } from '../byte-source.js';
import type { TensorInfo } from '../checkpoint-reader.js';
import { CheckpointError } from '../errors.js';
import { DTYPES, elementCount, type TensorArray } from './dtype.js';
import { allocate, bytesOf, type TensorData } from './tensor-data.js';
import { convertToFloat32 } from './to-float32.js';

// Elements converted at a time, so that a conversion needs a few megabytes and not the tensor twice.
const CHUNK_ELEMENTS = 2 ** 19;

/** Reads a tensor in its own type. */
export async function readTensor(source: ByteSource, info: TensorInfo): Promise<TensorData> {
  const { dtype, shape } = info;
  if (info.strides) {
    const target = allocate(dtype, elementCount(shape), source.name);
    gather(await readSpan(source, info, info.strides), shape, info.strides, (from, to, span) => {
      target[to] = span[from]!;
    });
    return { dtype, shape, data: target };
  }
  const data = allocate(dtype, elementCount(shape), source.name);
  await source.read(bytesOf(data), info.byteOffset);
  return { dtype, shape, data };
}

/** Reads a tensor into `target` as float32. */
export async function readTensorInto(
  source: ByteSource,
  name: string,
  info: TensorInfo,
  target: Float32Array,
): Promise<void> {
  const count = elementCount(info.shape);
  if (!(target instanceof Float32Array) || target.length !== count) {
    const got = target instanceof Float32Array ? `${target.length} elements` : typeof target;
    throw new CheckpointError(
      `${source.name}: tensor ${name} [${info.shape}] expected a Float32Array of ${count}, got ${got}`,
    );
  }
  if (info.strides) {
    const span = await readSpan(source, info, info.strides);
    const floats = info.dtype === 'F32' ? (span as Float32Array) : new Float32Array(span.length);
    if (info.dtype !== 'F32') convertToFloat32(info.dtype, span, floats);
    gather(floats, info.shape, info.strides, (from, to) => {
      target[to] = floats[from]!;
    });
  } else if (info.dtype === 'F32') {
    await source.read(bytesOf(target), info.byteOffset);
  } else {
    const chunk = allocate(info.dtype, Math.min(count, CHUNK_ELEMENTS), source.name);
    for (let done = 0; done < count; done += chunk.length) {
      const part = chunk.subarray(0, Math.min(chunk.length, count - done)) as TensorArray;
      await source.read(bytesOf(part), info.byteOffset + done * DTYPES[info.dtype].bytes);
      convertToFloat32(info.dtype, part, target, done);
    }
  }
}

/** Number of stored elements from the first to the last that a strided view touches. */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  if (elementCount(shape) === 0) return 0;
  return shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, 0) + 1;
}

async function readSpan(source: ByteSource, info: TensorInfo, strides: readonly number[]): Promise<TensorArray> {
  const span = allocate(info.dtype, spanOf(info.shape, strides), source.name);
  await source.read(bytesOf(span), info.byteOffset);
  return span;
}

/** Calls `copy(from, to, span)` for each element of a strided view, in row-major order. */
function gather(
  span: TensorArray,
  shape: readonly number[],
  strides: readonly number[],
  copy: (from: number, to: number, span: TensorArray) => void,
): void {
  const count = elementCount(shape);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    copy(from, to, span);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}
