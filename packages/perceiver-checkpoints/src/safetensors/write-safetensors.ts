import type { TensorArray } from '../tensors/dtype.js';
import type { TensorSpec } from './build-header.js';
import { type CreateSafetensorsOptions, createSafetensors } from './create-safetensors.js';

/** A tensor to write: its elements, or a function that fetches them when their turn comes. */
export interface TensorToWrite extends TensorSpec {
  readonly data: TensorArray | (() => TensorArray | Promise<TensorArray>);
}

/**
 * Writes a safetensors file, tensor by tensor, beside `path`, and renames it after fsync.
 * Throws CheckpointError where data does not fit its type and shape; `path` is untouched then.
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, TensorToWrite>> | ReadonlyMap<string, TensorToWrite>,
  options: CreateSafetensorsOptions = {},
): Promise<void> {
  const entries = new Map(tensors instanceof Map ? tensors : Object.entries(tensors));
  const writer = await createSafetensors(path, entries, options);
  try {
    for (const [name, { data }] of entries) await writer.write(name, typeof data === 'function' ? await data() : data);
    await writer.finish();
  } finally {
    await writer.abort();
  }
}
