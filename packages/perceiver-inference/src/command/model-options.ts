import { UsageError } from 'perceiver-training/node';
import { z } from 'zod';

/** Options that say which model: `--model` or `--random-weights`. */
export const modelOptions = {
  model: z.string().optional().describe('name on the Hugging Face hub, or path of a file, folder or training run'),
  randomWeights: z.int().min(0).optional().describe('seed of random weights in place of a model, to try things out'),
};

/** Checks that exactly one of the two is there. */
export function checkModelOptions({ model, randomWeights }: { model?: string; randomWeights?: number }): void {
  if ((model === undefined) === (randomWeights === undefined)) {
    throw new UsageError(
      `expected --model NAME|PATH or --random-weights SEED, got ${model === undefined ? 'neither' : 'both'}`,
    );
  }
}
