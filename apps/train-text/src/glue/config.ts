import {
  bundledGluePath,
  GLUE_QUERIES,
  GLUE_TASK_NAMES,
  type GlueClassifierConfig,
  type GlueTaskName,
  VOCABULARY_SIZE,
  WORD_FEATURES,
} from 'perceiver-text';
import { trainingSchema } from 'perceiver-training/node';
import { z } from 'zod';

const modelSchema = z.strictObject({
  queries: z
    .enum(GLUE_QUERIES)
    .optional()
    .describe('how the model is told the task (default single-task, with --multitask multitask)'),
  inputs: z.enum(['bytes', 'words']).default('bytes').describe('one input a byte, as published, or one a word'),
  wordBuckets: z.int().min(3).default(32_768).describe('words: rows of the table of words and their parts'),
  wordFeatures: z
    .int()
    .min(1)
    .max(WORD_FEATURES)
    .default(WORD_FEATURES)
    .describe('words: rows that a word is the sum of, its own and those of its first byte 4-grams; 1 for none'),
  maxPositions: z.int().min(2).default(256).describe('bytes or words of an example, M; longer ones are cut'),
  modelChannels: z.int().positive().default(64).describe('channels of embeddings and positions'),
  numLatents: z.int().positive().default(32).describe('latents, N'),
  latentChannels: z.int().positive().default(128).describe('channels of the latent array, D'),
  numSelfAttendsPerBlock: z.int().positive().default(2).describe('self-attends'),
  numBlocks: z.int().positive().default(1).describe('times the block of self-attends runs, with the same weights'),
  numSelfAttentionHeads: z.int().positive().default(4),
  numCrossAttentionHeads: z.int().positive().default(4),
  qkChannels: z.int().positive().default(128).describe('channels of queries and keys in the encoder'),
  vChannels: z.int().positive().default(128).describe('channels of values in the encoder; must be latentChannels'),
  crossAttentionWideningFactor: z.int().positive().default(1).describe('width of the MLP'),
  selfAttentionWideningFactor: z.int().positive().default(1).describe('width of the MLP'),
  attentionDropout: z.number().min(0).lt(1).default(0.1),
});

/** Settings of `train-text glue`. */
export const glueSchema = z.strictObject({
  task: z.enum(GLUE_TASK_NAMES).default('sst2').describe('the task, unless --multitask'),
  multitask: z.boolean().default(false).describe('one model for several tasks'),
  tasks: z
    .array(z.enum(GLUE_TASK_NAMES))
    .min(1)
    .optional()
    .describe('tasks of --multitask (default: those of the average whose folders are in --data)'),
  data: z
    .string()
    .default(bundledGluePath())
    .describe('folder of the GLUE download, of the hub, or of a task (default: some bundled sentences)'),
  from: z
    .string()
    .optional()
    .describe('starts from this masked language model: a name on the hub, a folder, a run of train-text mlm'),
  model: modelSchema.prefault({}).describe('the model, where --from does not say'),
  training: trainingSchema
    .extend({
      epochs: z.number().positive().default(10).describe('times every example is seen, unless steps or minutes say'),
      labelSmoothing: z.number().min(0).lt(1).default(0).describe('share of targets that is spread over all classes'),
      wordDropout: z.number().min(0).lt(1).default(0).describe('share of the words that each text loses'),
      averageDecay: z.number().gt(0).lt(1).optional().describe('also keeps a moving average of the weights'),
    })
    .prefault({ batchSize: 32, learningRate: 1e-3, weightDecay: 0.01 }),
  evaluation: z
    .strictObject({
      everyEpochs: z.number().positive().default(1).describe('epochs between evaluations'),
      batchSize: z.int().positive().default(64).describe('examples at a time'),
    })
    .prefault({}),
});

export type GlueSettings = z.output<typeof glueSchema>;

/** The classifier of settings, for tasks. */
export function glueModelConfig(
  { model, multitask }: GlueSettings,
  tasks: readonly GlueTaskName[],
): GlueClassifierConfig {
  const { queries, inputs, wordBuckets, wordFeatures, maxPositions, modelChannels, ...encoder } = model;
  return {
    tasks,
    queries: queries ?? (multitask ? 'multitask' : 'single-task'),
    inputs,
    ...(inputs === 'words' ? { wordBuckets, wordFeatures } : {}),
    vocabSize: VOCABULARY_SIZE,
    maxPositions,
    modelChannels,
    encoder,
  };
}
