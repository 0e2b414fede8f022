import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CheckpointError, CheckpointNotFoundError } from '../errors.js';
import { cacheDirectory } from './hub-environment.js';
import type { HubOptions } from './hub-options.js';

// https://huggingface.co/docs/huggingface_hub/guides/manage-cache#understand-caching
const COMMIT = /^[0-9a-f]{40}$/;
const REPOSITORY = /^[\w.-]+(\/[\w.-]+)?$/;

/** Folders of one model in the hub's cache, shared with Python's huggingface_hub. */
export interface CacheLayout {
  readonly cache: string;
  /** `models--owner--name` in the cache. */
  readonly root: string;
  readonly blob: (etag: string) => string;
  readonly snapshot: (commit: string) => string;
}

/** The layout for a repository. Throws CheckpointError for a name that the hub cannot have. */
export function cacheLayout(id: string, options: HubOptions): CacheLayout {
  if (!REPOSITORY.test(id) || id.includes('..') || id.includes('--')) {
    throw new CheckpointError(`expected owner/name of a repository on the Hugging Face hub, got ${JSON.stringify(id)}`);
  }
  const cache = cacheDirectory(options);
  const root = join(cache, `models--${id.replaceAll('/', '--')}`);
  return {
    cache,
    root,
    blob: (etag) => join(root, 'blobs', etag),
    snapshot: (commit) => join(root, 'snapshots', commit),
  };
}

/** Whether a revision is a full commit hash. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/** The commit that a branch or tag had when the hub was last asked. Throws CheckpointNotFoundError. */
export async function readCachedCommit(layout: CacheLayout, revision: string): Promise<string> {
  if (isCommit(revision)) return revision;
  const commit = await readFile(refPath(layout, revision), 'utf8').catch(() => '');
  if (!isCommit(commit.trim())) throw new CheckpointNotFoundError(`${layout.root} has no revision ${revision}`);
  return commit.trim();
}

/** Notes which commit a branch or tag has. */
export async function writeCachedCommit(layout: CacheLayout, revision: string, commit: string): Promise<void> {
  if (isCommit(revision)) return;
  const path = refPath(layout, revision);
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, commit);
  await rename(temporary, path);
}

function refPath(layout: CacheLayout, revision: string): string {
  if (!/^[\w./-]+$/.test(revision) || revision.split('/').some((part) => /^\.*$/.test(part))) {
    throw new CheckpointError(`revision: expected a branch, tag or commit, got ${JSON.stringify(revision)}`);
  }
  return join(layout.root, 'refs', revision);
}

/** The size of a file, or undefined where there is none; links are followed. */
export async function fileSize(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
}
