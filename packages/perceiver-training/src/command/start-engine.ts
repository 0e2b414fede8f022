import { type EngineName, engineNames, selectEngine } from 'tfjs-backend-onnxruntime';
import { UsageError } from './usage-error.js';

/** Starts the engine of `--engine` and `--threads` and gives a line about it. */
export async function startEngine({
  engine,
  threads,
}: {
  engine: string;
  threads: number | undefined;
}): Promise<string> {
  const names: readonly string[] = ['auto', ...engineNames];
  if (!names.includes(engine)) throw new UsageError(`--engine ${engine}: expected one of ${names.join(', ')}`);
  const { description } = await selectEngine(engine as EngineName | 'auto', { threads });
  return description;
}
