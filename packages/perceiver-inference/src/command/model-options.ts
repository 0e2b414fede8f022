import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { UsageError } from 'perceiver-training/node';
import { z } from 'zod';
import { downloadReport } from './download-report.js';

/** Options that say which model, `--model` or `--random-weights`, and how it is fetched. */
export const modelOptions = {
  model: z.string().optional().describe('name on the Hugging Face hub, or path of a file, folder or training run'),
  randomWeights: z.int().min(0).optional().describe('seed of random weights in place of a model, to try things out'),
  config: z.string().optional().describe('config.json of a model that has none beside its weights'),
  revision: z.string().optional().describe('branch, tag or commit on the hub (default main)'),
  offline: z.boolean().default(false).describe('use what is in the cache of the hub, never the network'),
};

interface ModelSettings {
  readonly model?: string;
  readonly randomWeights?: number;
  readonly config?: string;
  readonly revision?: string;
  readonly offline?: boolean;
}

/** Checks that exactly one of `--model` and `--random-weights` is there, and that options of a model have one. */
export function checkModelOptions({ model, randomWeights, config, revision, offline }: ModelSettings): void {
  if ((model === undefined) === (randomWeights === undefined)) {
    throw new UsageError(
      `expected --model NAME|PATH or --random-weights SEED, got ${model === undefined ? 'neither' : 'both'}`,
    );
  }
  const given = Object.entries({ config, revision, offline: offline || undefined }).find(
    ([, value]) => value !== undefined,
  );
  if (model === undefined && given !== undefined) {
    throw new UsageError(`--${given[0]}: expected a --model that it is for, got --random-weights`);
  }
}

/** How a command opens its `--model`: as its options say, with progress of downloads on stderr, ended by Ctrl-C. */
export function pretrainedOptions(
  { config, revision, offline }: ModelSettings,
  { signal, stderr = process.stderr }: { readonly signal?: AbortSignal; readonly stderr?: NodeJS.WriteStream } = {},
): LoadPretrainedOptions {
  return {
    ...(config === undefined ? {} : { config }),
    ...(revision === undefined ? {} : { revision }),
    ...(offline ? { localFilesOnly: true } : {}),
    ...(signal === undefined ? {} : { signal }),
    onProgress: downloadReport(stderr),
  };
}
