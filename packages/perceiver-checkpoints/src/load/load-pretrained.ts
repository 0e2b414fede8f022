import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { CheckpointReader } from '../checkpoint-reader.js';
import { CheckpointDownloadError, CheckpointNotFoundError } from '../errors.js';
import { cacheLayout, fileSize, isCommit, readCachedCommit, writeCachedCommit } from '../hub/cache-layout.js';
import { isOffline } from '../hub/hub-environment.js';
import type { HubOptions } from '../hub/hub-options.js';
import { askForCommit, hubStore } from '../hub/hub-store.js';
import { type CheckpointOrigin, nameTensors } from '../naming/name-tensors.js';
import type { PyTorchOptions } from '../pytorch/read-pytorch.js';
import { directoryStore } from './file-store.js';
import { openCheckpoint, openShards } from './open-checkpoint.js';
import { type ModelConfig, readConfig } from './read-config.js';
import { type ResolvedModel, resolveModel, type WantedFiles } from './resolve-model.js';

/** Options of `loadPretrained`. */
export interface LoadPretrainedOptions extends HubOptions, WantedFiles, PyTorchOptions {
  /** Path of a JSON file to take in place of `config.json`, or for weights that have none. */
  readonly config?: string;
}

/** A model as published: its configuration, and its weights, opened but not yet read. */
export interface Pretrained {
  /**
   * The contents of `config.json`. Where there is none beside the weights: of DeepMind's own files the released
   * configuration, of a Lightning checkpoint its `hyper_parameters`, otherwise undefined.
   */
  readonly config: ModelConfig | undefined;
  /** Under the names of Hugging Face's format, whatever names the file has; `openCheckpoint` leaves them. */
  readonly weights: CheckpointReader;
  /** Whose names the file has. */
  readonly origin: CheckpointOrigin;
  /** Local paths of the other files that were asked for. */
  readonly files: ReadonlyMap<string, string>;
  /** The commit on the hub; undefined for local files. */
  readonly commit: string | undefined;
}

/**
 * Opens a pretrained model by its name on the Hugging Face hub (`deepmind/language-perceiver`), or by the path of a
 * directory or a file. From the hub, files go to the standard cache, where Python finds them too; sizes and hashes are
 * checked, interrupted downloads continue. Without a connection, what is in the cache is used.
 *
 * Throws CheckpointNotFoundError (it says what to do), CheckpointAccessError, CheckpointDownloadError,
 * CheckpointIntegrityError or CheckpointFormatError; the signal's reason when aborted. Close `weights` when done.
 */
export async function loadPretrained(idOrPath: string, options: LoadPretrainedOptions = {}): Promise<Pretrained> {
  const local = await stat(idOrPath).catch(() => undefined);
  if (local?.isDirectory()) return open(await resolveModel(directoryStore(idOrPath), options), undefined, options);
  if (local) return openFile(idOrPath, options);
  if (looksLikePath(idOrPath)) throw new CheckpointNotFoundError(`${idOrPath}: no such file or directory`);
  const { model, commit } = await resolveOnHub(idOrPath, options).catch((error) => {
    throw options.signal?.aborted ? options.signal.reason : error;
  });
  return open(model, commit, options);
}

function looksLikePath(text: string): boolean {
  return (
    isAbsolute(text) || /^\.{1,2}([/\\]|$)|^~|\\|\.(safetensors|bin|pt|pth|ckpt|pickle|pkl|pystate|json)$/.test(text)
  );
}

async function openFile(path: string, options: LoadPretrainedOptions): Promise<Pretrained> {
  const beside = join(dirname(path), 'config.json');
  const config = (await fileSize(beside)) === undefined ? undefined : beside;
  const { files: named, optionalFiles } = options;
  const wanted = { files: named, optionalFiles, weights: basename(path) };
  const { files, weights } = await resolveModel(directoryStore(dirname(path)), wanted);
  return open({ config, files, weights }, undefined, options);
}

async function open(
  { config, weights, files }: ResolvedModel,
  commit: string | undefined,
  options: LoadPretrainedOptions,
): Promise<Pretrained> {
  const configPath = options.config ?? config;
  const given = configPath === undefined ? undefined : await readConfig(configPath);
  const reader = weights.shards
    ? await openShards(weights.shards, weights.pathOf, options)
    : await openCheckpoint(weights.path, options);
  const { origin, weights: named, configFor } = nameTensors(reader);
  return { config: configFor(given), weights: named, origin, files, commit };
}

async function resolveOnHub(id: string, options: LoadPretrainedOptions) {
  const revision = options.revision ?? 'main';
  const layout = cacheLayout(id, options);
  const inCache = async (commit: string) => {
    const model = await resolveModel(directoryStore(layout.snapshot(commit), `the cached ${id}`), options);
    if (model.config === undefined) throw new CheckpointNotFoundError(`the cached ${id}: no file config.json`);
    return { model, commit };
  };
  const orMissing = <T>(error: unknown, otherwise: () => T): T => {
    if (error instanceof CheckpointNotFoundError) return otherwise();
    throw error;
  };
  const offline = async (reason: string, cause?: unknown) => {
    try {
      return await inCache(await readCachedCommit(layout, revision));
    } catch (error) {
      return orMissing(error, () => {
        throw new CheckpointNotFoundError(offlineMessage(id, revision, layout.cache, reason, error), { cause });
      });
    }
  };

  if (isOffline(options)) return offline('the network may not be used (--offline, localFilesOnly or HF_HUB_OFFLINE)');
  let commit = revision;
  if (!isCommit(revision)) {
    try {
      // With a copy at hand, a missing connection is not waited for.
      const known = await readCachedCommit(layout, revision).catch((error) => orMissing(error, () => undefined));
      commit = await askForCommit(id, revision, known ? { ...options, retries: 0 } : options);
    } catch (error) {
      if (!(error instanceof CheckpointDownloadError) || options.signal?.aborted) throw error;
      return offline(`the hub could not be reached (${error.message})`, error);
    }
  }
  const cached = await inCache(commit).catch((error) => orMissing(error, () => undefined));
  const found = cached ?? { model: await resolveModel(hubStore(id, commit, layout, options), options), commit };
  // Not before all files are there: until then an older snapshot stays what is used offline.
  await writeCachedCommit(layout, revision, commit);
  return found;
}

function offlineMessage(id: string, revision: string, cache: string, reason: string, missing: unknown): string {
  const flag = revision === 'main' ? '' : ` --revision ${revision}`;
  return [
    `${id} (revision ${revision}) is not in the cache, and ${reason}.`,
    `  missing: ${(missing as Error).message}`,
    'Either, on a machine with a connection, run',
    `  hf download ${id}${flag} --cache-dir hub      (pip install huggingface_hub)`,
    `and copy hub/models--${id.replaceAll('/', '--')} to`,
    `  ${cache}`,
    `or put config.json and model.safetensors (or pytorch_model.bin) of https://huggingface.co/${id} into a directory`,
    'and give its path in place of the name.',
  ].join('\n');
}
