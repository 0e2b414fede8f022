import { CheckpointNotFoundError } from '../errors.js';
import type { FileStore } from './file-store.js';
import { isPlainFileName, readShardIndex, type ShardIndex } from './shard-index.js';

/** Which files of a model are wanted. */
export interface WantedFiles {
  /** The weights' file. Default: the first that is there of model.safetensors, its index, pytorch_model.bin, its index. */
  readonly weights?: string;
  /** More files, for example `preprocessor_config.json`. */
  readonly files?: readonly string[];
  /** Files that a model may lack, taken where they are there. */
  readonly optionalFiles?: readonly string[];
}

/** A model's files, all on this machine. */
export interface ResolvedModel {
  readonly config: string | undefined;
  readonly weights: { readonly path: string; readonly shards?: ShardIndex; readonly pathOf: (shard: string) => string };
  readonly files: ReadonlyMap<string, string>;
}

const CONFIG = 'config.json';
const USUAL_WEIGHTS = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];
const WEIGHTS = /\.(safetensors|bin|pt|pth|ckpt|pickle|pkl|pystate)$/;

/** Finds, and fetches where needed, the files of a model. Throws CheckpointNotFoundError that names what is missing. */
export async function resolveModel(
  store: FileStore,
  { weights, files = [], optionalFiles = [] }: WantedFiles,
): Promise<ResolvedModel> {
  const names = await store.list();
  const need = (name: string) => {
    if (!isPlainFileName(name) || !names.includes(name)) {
      throw new CheckpointNotFoundError(`${store.name}: no file ${name}; it has ${summary(names)}`);
    }
    return store.fetch(name);
  };
  const weightsName = weights ?? chooseWeights(store.name, names);
  const config = names.includes(CONFIG) ? await need(CONFIG) : undefined;
  const fetched = new Map<string, string>();
  const present = optionalFiles.filter((name) => names.includes(name));
  for (const name of [...files, ...present]) fetched.set(name, await need(name));
  const path = await need(weightsName);
  if (!weightsName.endsWith('.json')) return { config, weights: { path, pathOf: () => path }, files: fetched };
  const shards = await readShardIndex(path);
  const shardPaths = new Map<string, string>();
  for (const shard of shards.shards) shardPaths.set(shard, await need(shard));
  return { config, weights: { path, shards, pathOf: (shard) => shardPaths.get(shard)! }, files: fetched };
}

function chooseWeights(store: string, names: readonly string[]): string {
  const usual = USUAL_WEIGHTS.find((name) => names.includes(name));
  if (usual) return usual;
  const others = names.filter((name) => WEIGHTS.test(name));
  if (others.length === 1) return others[0]!;
  throw new CheckpointNotFoundError(
    others.length === 0
      ? `${store}: no weights; expected model.safetensors or pytorch_model.bin, got ${summary(names)}`
      : `${store}: which weights? Say \`weights: '${others[0]}'\`, or another of ${summary(others)}`,
  );
}

function summary(names: readonly string[]): string {
  if (names.length === 0) return 'no files';
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
}
