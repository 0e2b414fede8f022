import type { CausalLanguageModelConfig } from 'perceiver-text';
import { VOCABULARY_SIZE } from 'perceiver-text';
import { trainingSchema } from 'perceiver-training/node';
import { z } from 'zod';
import { textDataSchema } from '../shared/text-data.js';

const modelSchema = z.strictObject({
  maxSeqLen: z.int().min(2).default(128).describe('bytes of context, M'),
  maxLatents: z.int().positive().default(64).describe('latents, N: positions at the end of the context that predict'),
  numChannels: z.int().positive().default(128).describe('channels of all arrays'),
  numHeads: z.int().positive().default(4),
  numSelfAttentionLayers: z.int().min(0).default(3).describe('self-attends after the cross-attend'),
  numSelfAttentionRotaryLayers: z.int().min(-1).default(-1).describe('self-attends with rotary positions; -1 all'),
  crossAttentionWideningFactor: z.int().positive().default(2).describe('width of the MLP'),
  selfAttentionWideningFactor: z.int().positive().default(2).describe('width of the MLP'),
  rotary: z.boolean().default(true).describe('rotary positions'),
  absolutePositions: z.boolean().default(false).describe('learned absolute positions'),
  outputNorm: z.boolean().default(true).describe('norm after the last layer'),
  tiedOutput: z.boolean().default(false).describe('logits from the token embedding'),
  qkvBias: z.boolean().default(true).describe('biases of queries, keys and values'),
  selfAttentionOutputBias: z.boolean().default(true),
  mlpBias: z.boolean().default(true),
  prefixDropout: z.number().min(0).lt(1).default(0).describe('share of the prefix that each step leaves out'),
  attentionDropout: z.number().min(0).lt(1).default(0),
  residualDropout: z.number().min(0).lt(1).default(0),
  embeddingStd: z.number().positive().default(0.5).describe('starting deviation of embeddings'),
});

/** Settings of `train-text clm`. */
export const clmSchema = z.strictObject({
  model: modelSchema.prefault({}),
  data: textDataSchema.prefault({ text: ['tinyshakespeare'] }),
  training: trainingSchema
    .extend({
      shortContextShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.1)
        .describe('share of windows with a shorter context, so that the model can begin from nothing'),
    })
    .prefault({}),
  samples: z
    .strictObject({
      everySeconds: z.number().positive().default(30).describe('seconds between samples while training'),
      prompt: z.string().default('').describe('what samples continue'),
      length: z.int().positive().default(160).describe('bytes of a sample while training'),
      finalLength: z.int().positive().default(500).describe('bytes of a sample at the end'),
      temperatures: z.array(z.number().min(0)).min(1).default([0.5, 0.8]).describe('of the samples at the end'),
    })
    .prefault({}),
  evaluation: z
    .strictObject({
      batchSize: z.int().positive().default(64).describe('windows at a time'),
      maxWindows: z.int().positive().default(128).describe('windows looked at while training; at the end it is all'),
    })
    .prefault({}),
});

export type ClmSettings = z.output<typeof clmSchema>;

/** The model of settings: bytes and special tokens. */
export function clmModelConfig({ model }: ClmSettings): CausalLanguageModelConfig {
  return { vocabSize: VOCABULARY_SIZE, ...model };
}
