import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchmarkContext } from './benchmark.js';
import { runPeer } from './run-process.js';

/** A folder with a language model of released size and random weights, made by transformers once and kept in the cache. */
export async function languageCheckpoint({ cache, python, say }: BenchmarkContext): Promise<string> {
  const directory = join(cache, 'language-perceiver-random');
  const found = await access(join(directory, 'model.safetensors')).then(
    () => true,
    () => false,
  );
  if (!found) {
    say(`making 800 MB of random weights in ${directory}`);
    await runPeer(await python(), 'make_language_checkpoint.py', { directory });
  }
  return directory;
}
