import type { CheckpointReader } from '../checkpoint-reader.js';
import { CheckpointError } from '../errors.js';
import { findTensor } from '../tensors/create-reader.js';
import { elementCount } from '../tensors/dtype.js';
import { allocate } from '../tensors/tensor-data.js';

/** Options of `readAllFloat32`. */
export interface ReadAllOptions {
  /** Which tensors, in this order. Default: all, in the checkpoint's order. */
  readonly names?: Iterable<string>;
  /** Memory to read into, at least as long as all elements together. Default: allocated. */
  readonly buffer?: Float32Array;
}

/** All weights in one buffer. */
export interface AllFloat32 {
  readonly buffer: Float32Array;
  /** Each tensor as a view of the buffer, by name. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

// Reads wait for the disk and for copies in the system's own threads.
const READS_AT_ONCE = 4;

/**
 * Reads tensors as float32 into one buffer, one behind the other, without a second copy: peak memory is the weights
 * plus a few megabytes. Throws CheckpointError where the given buffer is too short.
 */
export async function readAllFloat32(
  reader: CheckpointReader,
  { names = reader.tensors.keys(), buffer }: ReadAllOptions = {},
): Promise<AllFloat32> {
  const wanted = [...names].map((name) => {
    const info = findTensor(reader.files.join(', '), reader.tensors, name);
    return { name, info, length: elementCount(info.shape) };
  });
  const total = wanted.reduce((sum, { length }) => sum + length, 0);
  if (buffer && buffer.length < total) {
    throw new CheckpointError(`expected a buffer of at least ${total} elements, got ${buffer.length}`);
  }
  const target = buffer ?? allocate('F32', total, reader.files[0] ?? 'weights');
  const tensors = new Map<string, Float32Array>();
  let position = 0;
  for (const { name, length } of wanted) {
    tensors.set(name, target.subarray(position, position + length));
    position += length;
  }
  const inFileOrder = [...wanted].sort((a, b) => a.info.byteOffset - b.info.byteOffset).values();
  const work = async () => {
    for (const { name } of inFileOrder) await reader.readInto(name, tensors.get(name)!);
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, work));
  return { buffer: target, tensors };
}
