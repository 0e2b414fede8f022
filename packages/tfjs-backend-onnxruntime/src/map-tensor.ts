import * as tf from '@tensorflow/tfjs';
import { currentBackend } from './backend.js';
import { bytesPerElement, type FileRegion, fileValue, fromBytes, sizeOf } from './graph/value.js';
import { readRegion } from './runtime/file-region.js';

/**
 * A tensor whose numbers lie in a file, little-endian and row-major, as in safetensors. On the `onnxruntime` engine the file
 * is not read: as a constant of `jit` the region is mapped into memory, so that large weights cost no copy. On other
 * engines it is read at once. Node only.
 *
 * @throws RangeError if the region does not hold a tensor of this shape and type
 */
export async function mapTensor(
  region: FileRegion,
  shape: readonly number[],
  dtype: 'float32' | 'int32' = 'float32',
): Promise<tf.Tensor> {
  const expected = sizeOf(shape) * bytesPerElement(dtype);
  if (region.byteLength !== expected) {
    throw new RangeError(
      `${region.path}: expected ${expected} bytes for ${dtype} [${shape}], got ${region.byteLength}`,
    );
  }
  const backend = currentBackend();
  if (backend !== undefined) return backend.makeTensor(fileValue(dtype, shape, region));
  return tf.tensor(fromBytes(dtype, await readRegion(region)) as Float32Array, [...shape], dtype);
}
