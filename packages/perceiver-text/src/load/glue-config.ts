import { hubEncoderFields, ModelError } from 'perceiver-core';
import { GLUE_TASK_NAMES } from '../glue/glue-task.js';
import { GLUE_QUERIES, type GlueClassifierConfig, type GlueDecoderConfig } from '../model/glue-classifier.js';
import { parseHubTextConfig } from '../model/hub-config.js';
import { WORD_FEATURES } from '../preprocess/encode-words.js';

/** Text of a `config.json` of a GLUE classifier: Hugging Face's fields, and what they have no name for. */
export function glueConfigText(config: GlueClassifierConfig): string {
  const { tasks, queries, inputs = 'bytes', vocabSize, maxPositions, modelChannels, encoder } = config;
  const json = {
    ...hubEncoderFields(encoder),
    architectures: ['PerceiverForGlue'],
    vocab_size: vocabSize,
    max_position_embeddings: maxPositions,
    d_model: modelChannels,
    glue_tasks: tasks,
    glue_queries: queries,
    inputs,
    glue_decoder: config.decoder,
    word_buckets: config.wordBuckets,
    word_features: config.wordFeatures,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** Whether a `config.json` is one of {@link glueConfigText}. */
export function isGlueConfig(json: unknown): boolean {
  return (json as { glue_tasks?: unknown } | null)?.glue_tasks !== undefined;
}

/** Reads a `config.json` of {@link glueConfigText}. Throws ModelError. */
export function parseGlueConfig(json: unknown): GlueClassifierConfig {
  const fields = json as Readonly<Record<string, unknown>>;
  const { vocabSize, maxPositions, modelChannels, encoder } = parseHubTextConfig(json);
  const tasks = Array.isArray(fields.glue_tasks) ? (fields.glue_tasks as unknown[]) : [];
  const oneOf = <T extends string>(field: string, value: unknown, known: readonly T[]): T => {
    if (known.includes(value as T)) return value as T;
    throw new ModelError(
      `config.json: expected ${field} of ${known.join(', ')}, got ${JSON.stringify(value)}; this is not a classifier of train-text glue`,
    );
  };
  return {
    tasks: (tasks.length > 0 ? tasks : [undefined]).map((task) => oneOf('glue_tasks', task, GLUE_TASK_NAMES)),
    queries: oneOf('glue_queries', fields.glue_queries, GLUE_QUERIES),
    inputs: oneOf('inputs', fields.inputs ?? 'bytes', ['bytes', 'words'] as const),
    wordBuckets: typeof fields.word_buckets === 'number' ? fields.word_buckets : undefined,
    wordFeatures: wordFeaturesOf(fields.word_features),
    vocabSize,
    maxPositions,
    modelChannels,
    encoder,
    decoder: decoderOf(fields.glue_decoder),
  };
}

function wordFeaturesOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= WORD_FEATURES) return value as number;
  throw new ModelError(
    `config.json: expected word_features from 1 to ${WORD_FEATURES}, got ${JSON.stringify(value)}; this is not a classifier of train-text glue`,
  );
}

function decoderOf(value: unknown): GlueDecoderConfig | undefined {
  if (value === undefined) return undefined;
  const record = (value ?? {}) as Readonly<Record<string, unknown>>;
  const size = (field: keyof GlueDecoderConfig): number => {
    const found = record[field];
    if (Number.isSafeInteger(found) && (found as number) >= 1) return found as number;
    throw new ModelError(
      `config.json: expected a whole number from 1 in glue_decoder.${field}, got ${JSON.stringify(found)}`,
    );
  };
  return { queryChannels: size('queryChannels'), qkChannels: size('qkChannels'), numHeads: size('numHeads') };
}
