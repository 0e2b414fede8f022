import type { BenchmarkContext } from './benchmark.js';
import { releasedCheckpoint } from './released-checkpoint.js';

/** A folder with a language model of released size and random weights. */
export function languageCheckpoint(context: BenchmarkContext): Promise<string> {
  return releasedCheckpoint(context, 'language-perceiver');
}
