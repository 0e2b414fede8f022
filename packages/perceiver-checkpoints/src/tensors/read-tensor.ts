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
    gather(await readSpan(source, info, info.strides), shape, info.strides, target);
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
    gather(floats, info.shape, info.strides, target);
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

// A square of so many elements a side is copied at a time, so that both sides of a transposition stay in the cache.
const TILE = 32;

/** Copies the elements of a strided view to `target`, in row-major order. Both hold elements of one type. */
export function gather(
  span: TensorArray,
  shape: readonly number[],
  strides: readonly number[],
  target: TensorArray,
): void {
  // All typed arrays are indexed alike; the type says one of them.
  const [from, to] = [span as Float32Array, target as Float32Array];
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const [rowStride, columnStride] = [strides.at(-2) ?? 0, strides.at(-1) ?? 0];
  const outer = shape.slice(0, -2);
  const index = outer.map(() => 0);
  let origin = 0;
  for (let start = 0; start < elementCount(shape); start += rows * columns) {
    for (let top = 0; top < rows; top += TILE) {
      const bottom = Math.min(top + TILE, rows);
      for (let left = 0; left < columns; left += TILE) {
        const right = Math.min(left + TILE, columns);
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            to[start + row * columns + column] = from[origin + row * rowStride + column * columnStride]!;
          }
        }
      }
    }
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      origin += strides[axis]!;
      if (index[axis]! < outer[axis]!) break;
      origin -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
}
