import { dirname, join } from 'node:path';
import type { ByteSource } from '../byte-source.js';
import type { CheckpointReader, TensorInfo } from '../checkpoint-reader.js';
import { CheckpointFormatError } from '../errors.js';
import { fileSource } from '../file-source.js';
import { isPickle, readNumpyPickle } from '../numpy/read-numpy.js';
import { isLegacy } from '../pytorch/read-legacy.js';
import { type PyTorchOptions, readPyTorch } from '../pytorch/read-pytorch.js';
import { readSafetensors } from '../safetensors/parse-safetensors.js';
import { findTensor } from '../tensors/create-reader.js';
import { readShardIndex, type ShardIndex } from './shard-index.js';

/**
 * Opens a checkpoint file of any kind that this package reads. Safetensors, PyTorch files and pickles of NumPy arrays are
 * told apart by their first bytes, not their names; a `.json` file is taken for the index of shards that lie beside it.
 */
export async function openCheckpoint(path: string, options: PyTorchOptions = {}): Promise<CheckpointReader> {
  if (path.endsWith('.json')) {
    const index = await readShardIndex(path);
    return openShards(index, (shard) => join(dirname(path), shard), options);
  }
  const source = await fileSource(path);
  try {
    return await openSource(source, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Opens all shards of an index as one checkpoint. */
export async function openShards(
  index: ShardIndex,
  pathOf: (shard: string) => string,
  options: PyTorchOptions = {},
): Promise<CheckpointReader> {
  const readers = new Map<string, CheckpointReader>();
  const close = async () => {
    await Promise.all([...readers.values()].map((reader) => reader.close()));
  };
  try {
    for (const shard of index.shards) readers.set(shard, await openCheckpoint(pathOf(shard), options));
    const tensors = new Map<string, TensorInfo>();
    for (const [name, shard] of index.weightMap) {
      const info = readers.get(shard)!.tensors.get(name);
      if (!info) throw new CheckpointFormatError(index.path, `tensor ${name}: expected in ${shard}, but is not there`);
      tensors.set(name, info);
    }
    const readerOf = (name: string) => readers.get(findTensor(index.path, index.weightMap, name))!;
    return {
      format: [...readers.values()][0]?.format ?? 'safetensors',
      files: index.shards.map(pathOf),
      tensors,
      metadata: Object.assign({}, ...[...readers.values()].map((reader) => reader.metadata)),
      read: async (name) => readerOf(name).read(name),
      readInto: async (name, target) => readerOf(name).readInto(name, target),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openSource(source: ByteSource, options: PyTorchOptions): Promise<CheckpointReader> {
  const start = new Uint8Array(Math.min(9, source.size));
  await source.read(start, 0);
  // A safetensors file has `{` after the 8 bytes of its header's length; zip archives and pickles have not.
  if (start[8] === 0x7b) return readSafetensors(source);
  const isZip = start[0] === 0x50 && start[1] === 0x4b;
  if (isZip || (await isLegacy(source))) return readPyTorch(source, options);
  return isPickle(start) ? readNumpyPickle(source) : readSafetensors(source);
}
