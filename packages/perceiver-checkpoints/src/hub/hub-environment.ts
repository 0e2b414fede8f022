import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { getHFHubCachePath } from '@huggingface/hub';
import { CheckpointAccessError } from '../errors.js';
import type { HubOptions } from './hub-options.js';

/** The cache directory in use. */
export function cacheDirectory({ cacheDir }: HubOptions): string {
  const directory = cacheDir ?? getHFHubCachePath();
  return resolve(directory.replace(/^~(?=$|[/\\])/, homedir()));
}

/** The hub's address, without a slash at the end. */
export function hubAddress({ hubUrl }: HubOptions): string {
  return (hubUrl ?? (process.env.HF_ENDPOINT || 'https://huggingface.co')).replace(/\/+$/, '');
}

/** Whether the network must not be used. */
export function isOffline({ localFilesOnly }: HubOptions): boolean {
  return localFilesOnly ?? /^(1|on|yes|true)$/i.test(process.env.HF_HUB_OFFLINE ?? '');
}

/** The access token, if there is one. Throws CheckpointAccessError where it cannot be one; never shows it. */
export function accessToken({ token }: HubOptions): string | undefined {
  if (token === false) return undefined;
  const found = token ?? process.env.HF_TOKEN ?? process.env.HUGGING_FACE_HUB_TOKEN ?? tokenFromFile();
  const trimmed = found?.trim();
  if (!trimmed) return undefined;
  if (!/^hf_\w+$/.test(trimmed)) {
    throw new CheckpointAccessError(
      'the Hugging Face token (option `token`, HF_TOKEN, or the file of `hf auth login`) must begin with hf_',
    );
  }
  return trimmed;
}

function tokenFromFile(): string | undefined {
  const cacheHome = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const home = process.env.HF_HOME ?? join(cacheHome, 'huggingface');
  try {
    return readFileSync(process.env.HF_TOKEN_PATH ?? join(home, 'token'), 'utf8');
  } catch {
    return undefined;
  }
}
