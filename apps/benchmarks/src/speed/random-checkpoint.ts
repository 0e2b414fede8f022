import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchmarkContext } from './benchmark.js';
import { runPeer } from './run-process.js';

/** A folder with a model of released size and random weights, made by a script of transformers once and kept in the cache. */
export async function randomCheckpoint(
  { cache, python, say }: BenchmarkContext,
  { folder, script, megabytes }: { readonly folder: string; readonly script: string; readonly megabytes: number },
): Promise<string> {
  const directory = join(cache, folder);
  const found = await access(join(directory, 'model.safetensors')).then(
    () => true,
    () => false,
  );
  if (!found) {
    say(`making ${megabytes} MB of random weights in ${directory}`);
    await runPeer(await python(), script, { directory });
  }
  return directory;
}
