import { CheckpointFormatError } from '../errors.js';
import { readJsonObject } from './read-config.js';

/** Which shard holds which tensor. */
export interface ShardIndex {
  /** The index file. */
  readonly path: string;
  /** Tensor name to shard file name, in the order of the index. */
  readonly weightMap: ReadonlyMap<string, string>;
  /** The shards' file names, each once. */
  readonly shards: readonly string[];
}

/** Reads `model.safetensors.index.json` or `pytorch_model.bin.index.json`. A shard must lie beside its index. */
export async function readShardIndex(path: string): Promise<ShardIndex> {
  const { weight_map: map } = await readJsonObject(path);
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new CheckpointFormatError(path, 'expected weight_map, an object of tensor name to shard');
  }
  const weightMap = new Map<string, string>();
  for (const [name, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !isPlainFileName(shard)) {
      throw new CheckpointFormatError(path, `tensor ${name}: expected a shard beside the index, got ${shard}`);
    }
    weightMap.set(name, shard);
  }
  return { path, weightMap, shards: [...new Set(weightMap.values())] };
}

/** A name without folders, on any system. */
export function isPlainFileName(name: string): boolean {
  return name !== '.' && name !== '..' && name !== '' && name.length < 256 && !/[/\\:\0]/.test(name);
}
