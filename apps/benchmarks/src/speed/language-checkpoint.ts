import type { BenchmarkContext } from './benchmark.js';
import { randomCheckpoint } from './random-checkpoint.js';

/** A folder with a language model of released size and random weights. */
export function languageCheckpoint(context: BenchmarkContext): Promise<string> {
  const script = 'make_language_checkpoint.py';
  return randomCheckpoint(context, { folder: 'language-perceiver-random', script, megabytes: 800 });
}
