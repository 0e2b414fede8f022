import { type MaskedLanguageModelConfig, VOCABULARY_SIZE } from 'perceiver-text';
import { trainingSchema } from 'perceiver-training/node';
import { z } from 'zod';
import { textDataSchema } from '../shared/text-data.js';

const modelSchema = z.strictObject({
  vocabSize: z
    .int()
    .positive()
    .default(VOCABULARY_SIZE)
    .describe('ids of tokens: bytes and special tokens, or at least those of data.tokenizer'),
  maxPositions: z.int().min(2).default(256).describe('bytes of a text, M, and output queries'),
  modelChannels: z.int().positive().default(64).describe('channels of embeddings, positions and output queries'),
  numLatents: z.int().positive().default(64).describe('latents, N'),
  latentChannels: z.int().positive().default(128).describe('channels of the latent array, D'),
  numSelfAttendsPerBlock: z.int().positive().default(4).describe('self-attends'),
  numBlocks: z.int().positive().default(1).describe('times the block of self-attends runs, with the same weights'),
  numSelfAttentionHeads: z.int().positive().default(8),
  numCrossAttentionHeads: z.int().positive().default(8),
  qkChannels: z.int().positive().default(64).describe('channels of queries and keys in the encoder'),
  vChannels: z.int().positive().default(128).describe('channels of values in the encoder; must be latentChannels'),
  decoderQkChannels: z.int().positive().default(64).describe('channels of queries and keys in the decoder'),
  decoderHeads: z.int().positive().default(8),
  crossAttentionWideningFactor: z.int().positive().default(1).describe('width of the MLP'),
  selfAttentionWideningFactor: z.int().positive().default(1).describe('width of the MLP'),
  attentionDropout: z.number().min(0).lt(1).default(0),
});

/** Settings of `train-text mlm`. */
export const mlmSchema = z.strictObject({
  model: modelSchema.prefault({}),
  data: textDataSchema
    .extend({
      tokenizer: z
        .string()
        .optional()
        .describe('SentencePiece .model, tokenizer.json or vocab.txt, for a model of word pieces; bytes by default'),
    })
    .prefault({ text: ['alice-in-wonderland', 'moby-dick', 'pride-and-prejudice'] }),
  training: trainingSchema
    .extend({
      initialWeights: z
        .enum(['normal', 'variance-scaling'])
        .default('normal')
        .describe("what weights are drawn from: one deviation for all, or the original code's"),
      initialStd: z
        .number()
        .positive()
        .default(0.02)
        .describe('deviation of the normal distribution weights start from'),
      initialPositions: z
        .enum(['random', 'fourier'])
        .default('random')
        .describe('what the learned positions of bytes and queries start from'),
      shortContexts: z
        .array(
          z.strictObject({
            length: z.int().min(2).describe('bytes seen'),
            steps: z.int().positive().describe('updates on this length'),
            within: z.int().min(2).optional().describe('first positions that pieces stand among; all by default'),
            batchSize: z.int().positive().optional().describe('pieces a step; training.batchSize by default'),
          }),
        )
        .default([])
        .describe('stages of training on pieces of windows, before whole ones'),
    })
    .prefault({}),
  masking: z
    .strictObject({
      share: z.number().gt(0).max(1).default(0.15).describe('share of the words that are hidden'),
      replacement: z
        .enum(['mask', 'bert'])
        .default('mask')
        .describe('hidden words become [MASK]s, or as in BERT 80% [MASK]s, 10% random bytes, 10% themselves'),
    })
    .prefault({}),
  evaluation: z
    .strictObject({
      everySeconds: z.number().positive().default(60).describe('seconds between evaluations'),
      batchSize: z.int().positive().default(16).describe('windows at a time'),
      maxWindows: z.int().positive().default(64).describe('windows looked at while training; at the end it is all'),
    })
    .prefault({}),
});

export type MlmSettings = z.output<typeof mlmSchema>;

/** The model of settings. */
export function mlmModelConfig({ model }: MlmSettings): MaskedLanguageModelConfig {
  const { vocabSize, maxPositions, modelChannels, decoderQkChannels, decoderHeads, ...encoder } = model;
  return { vocabSize, maxPositions, modelChannels, decoderQkChannels, decoderHeads, encoder };
}

/** The settings' model section for a model's configuration. */
export function mlmModelSettings(config: MaskedLanguageModelConfig): z.input<typeof modelSchema> {
  const { vocabSize, maxPositions, modelChannels, decoderQkChannels, decoderHeads, encoder } = config;
  return {
    vocabSize,
    maxPositions,
    modelChannels,
    decoderQkChannels,
    decoderHeads,
    numLatents: encoder.numLatents,
    latentChannels: encoder.latentChannels,
    numSelfAttendsPerBlock: encoder.numSelfAttendsPerBlock,
    numBlocks: encoder.numBlocks,
    numSelfAttentionHeads: encoder.numSelfAttentionHeads,
    numCrossAttentionHeads: encoder.numCrossAttentionHeads,
    qkChannels: encoder.qkChannels,
    vChannels: encoder.vChannels,
    attentionDropout: encoder.attentionDropout ?? 0,
  };
}
