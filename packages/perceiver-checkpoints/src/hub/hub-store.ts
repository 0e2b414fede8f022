import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { downloadFile, type ListFileEntry, listFiles, modelInfo } from '@huggingface/hub';
import { CheckpointIntegrityError, CheckpointNotFoundError } from '../errors.js';
import type { FileStore } from '../load/file-store.js';
import { isPlainFileName } from '../load/shard-index.js';
import { type CacheLayout, fileSize, isCommit } from './cache-layout.js';
import { downloadBlob } from './download-blob.js';
import { accessToken, hubAddress } from './hub-environment.js';
import { hubError } from './hub-errors.js';
import type { HubOptions } from './hub-options.js';
import { retry } from './retry.js';

const HASH = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Asks the hub which commit a branch or tag has now. */
export async function askForCommit(id: string, revision: string, options: HubOptions): Promise<string> {
  const { sha } = await ask(id, revision, 'look up the revision', options, () =>
    modelInfo({ name: id, revision, additionalFields: ['sha'], ...connection(options) }),
  );
  if (typeof sha !== 'string' || !isCommit(sha)) {
    throw new CheckpointIntegrityError(`${id}: the hub named no valid commit for ${revision}`);
  }
  return sha;
}

/** The files of a repository at a commit, downloaded to the cache when asked for. */
export function hubStore(id: string, commit: string, layout: CacheLayout, options: HubOptions): FileStore {
  let listing: Promise<Map<string, ListFileEntry>> | undefined;
  const entries = () => {
    listing ??= ask(id, commit, 'list the files', options, () => listTop(id, commit, options));
    return listing;
  };
  return {
    name: `${id} on the hub`,
    list: async () => [...(await entries()).keys()],
    async fetch(name) {
      const entry = (await entries()).get(name);
      if (!entry) throw new CheckpointNotFoundError(`${id}, commit ${commit}: no file ${name}`);
      return fetchToCache(id, commit, entry, layout, options);
    },
  };
}

function connection(options: HubOptions) {
  return { hubUrl: hubAddress(options), accessToken: accessToken(options), fetch: options.fetch };
}

async function ask<T>(
  id: string,
  revision: string,
  action: string,
  options: HubOptions,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await retry(options, request);
  } catch (error) {
    throw hubError(id, revision, action, error);
  }
}

async function listTop(id: string, commit: string, options: HubOptions): Promise<Map<string, ListFileEntry>> {
  const entries = new Map<string, ListFileEntry>();
  for await (const entry of listFiles({ repo: id, revision: commit, ...connection(options) })) {
    if (entry.type === 'file' && isPlainFileName(entry.path)) entries.set(entry.path, entry);
  }
  return entries;
}

async function fetchToCache(
  id: string,
  commit: string,
  entry: ListFileEntry,
  layout: CacheLayout,
  options: HubOptions,
): Promise<string> {
  const name = entry.path;
  const size = entry.lfs?.size ?? entry.size;
  const hash = entry.lfs?.oid ?? entry.oid;
  if (!hash || !HASH.test(hash) || !Number.isSafeInteger(size) || size < 0) {
    throw new CheckpointIntegrityError(`${id}: the hub announced no valid size and hash for ${name}`);
  }
  const link = join(layout.snapshot(commit), name);
  const blob = layout.blob(hash);
  if ((await fileSize(blob)) !== size) {
    const open = async (start: number, attempt: number) => {
      // The first attempt may use the hub's chunk store; if that fails, plain requests take over.
      const repository = { repo: id, path: name, revision: commit, ...connection(options) };
      const contents = await downloadFile({ ...repository, xet: attempt === 0 });
      if (!contents) throw new CheckpointNotFoundError(`${id}, commit ${commit}: no file ${name}`);
      if (contents.size !== size) {
        throw new CheckpointIntegrityError(`${name}: expected ${size} bytes, got a file of ${contents.size}`);
      }
      return contents.slice(start, size).stream() as ReadableStream<Uint8Array>;
    };
    await downloadBlob({ name, size, hash, open }, blob, options).catch((error) => {
      throw hubError(id, commit, `download ${name}`, error);
    });
  }
  if ((await fileSize(link)) !== size) await linkTo(blob, link);
  return link;
}

/** Puts a link to `blob` in the place of `link` at once, so that others never find it missing. */
async function linkTo(blob: string, link: string): Promise<void> {
  await mkdir(dirname(link), { recursive: true });
  const temporary = `${link}.${randomUUID()}.tmp`;
  // Where links are not allowed (Windows without developer mode), the file is there twice.
  await symlink(relative(dirname(link), blob), temporary).catch(() => copyFile(blob, temporary));
  await rename(temporary, link);
}
