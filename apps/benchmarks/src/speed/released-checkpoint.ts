import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchmarkContext } from './benchmark.js';
import { runPeer } from './run-process.js';

/** The released models, by the names of their checkpoints without the owner. */
export const RELEASED = [
  'language-perceiver',
  'vision-perceiver-fourier',
  'vision-perceiver-conv',
  'vision-perceiver-learned',
  'optical-flow-perceiver',
  'multimodal-perceiver',
] as const;

export type ReleasedName = (typeof RELEASED)[number];

/** File of the weights on the hub, by format. */
export const WEIGHTS_FILES = { safetensors: 'model.safetensors', pytorch: 'pytorch_model.bin' } as const;

export type WeightsFormat = keyof typeof WEIGHTS_FILES;

/** A folder with a model of released size and random weights, made by transformers once and kept in the cache. */
export async function releasedCheckpoint(
  { cache, python, say }: BenchmarkContext,
  name: ReleasedName,
  format: WeightsFormat = 'safetensors',
): Promise<string> {
  const directory = join(cache, `${name}-random${format === 'safetensors' ? '' : `-${format}`}`);
  const found = await access(join(directory, WEIGHTS_FILES[format])).then(
    () => true,
    () => false,
  );
  if (!found) {
    say(`making random weights of ${name} in ${directory}`);
    await runPeer(await python(), 'make_released_checkpoint.py', { name, directory, format });
  }
  return directory;
}
