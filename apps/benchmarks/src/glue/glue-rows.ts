import { bertMaskedLanguageModel, bertPresets } from 'perceiver-baselines';
import { declareParameters, type Model, parameterCount, tracedFlops } from 'perceiver-core';
import { maskedLanguageModel, maskedLanguageModelPresets } from 'perceiver-text';

// biome-ignore lint/suspicious/noExplicitAny: BERTs and Perceivers meet here; both take inputIds and give logits
export type TokenModel = Model<any, any, any, { logits: any }>;

/** What the paper's table says (Perceiver IO, table 1). */
export interface PaperFigures {
  /** Millions. */
  readonly params: number;
  /** Billions, of one text. */
  readonly flops: number;
  readonly stepsPerSecond?: number;
  readonly average: number;
}

/** A row of the paper's GLUE table. */
export interface GlueRow {
  readonly name: string;
  readonly tokens: 'SentencePiece' | 'UTF-8 bytes';
  readonly model: TokenModel;
  /** Tokens of a text, M. */
  readonly inputs: number;
  /** Rows that the layers work on, N. */
  readonly latents: number;
  readonly depth: number;
  readonly vocabSize: number;
  /** Channels that the output embedding is multiplied with. */
  readonly outputChannels: number;
  readonly paper: PaperFigures;
}

function bertRow(name: string, preset: keyof typeof bertPresets, paper: PaperFigures): GlueRow {
  const config = bertPresets[preset];
  return {
    name,
    tokens: preset.includes('bytes') ? 'UTF-8 bytes' : 'SentencePiece',
    model: bertMaskedLanguageModel(config),
    inputs: config.maxPositions,
    latents: config.maxPositions,
    depth: config.numLayers,
    vocabSize: config.vocabSize,
    outputChannels: config.hiddenChannels,
    paper,
  };
}

function perceiverRow(name: string, preset: keyof typeof maskedLanguageModelPresets, paper: PaperFigures): GlueRow {
  const config = maskedLanguageModelPresets[preset];
  const { numLatents, numBlocks, numSelfAttendsPerBlock } = config.encoder;
  return {
    name,
    tokens: preset.includes('sentencepiece') ? 'SentencePiece' : 'UTF-8 bytes',
    model: maskedLanguageModel(config),
    inputs: config.maxPositions,
    latents: numLatents,
    depth: numBlocks * numSelfAttendsPerBlock,
    vocabSize: config.vocabSize,
    outputChannels: config.modelChannels,
    paper,
  };
}

/** The rows of the table. */
export const glueRows: readonly GlueRow[] = [
  bertRow('BERT Base (test)', 'bert-base-sentencepiece', { params: 110, flops: 109, average: 81.0 }),
  bertRow('BERT Base (ours)', 'bert-base-sentencepiece', {
    params: 110,
    flops: 109,
    stepsPerSecond: 7.3,
    average: 81.1,
  }),
  perceiverRow('Perceiver IO Base', 'language-perceiver-io-base-sentencepiece', {
    params: 223,
    flops: 119,
    stepsPerSecond: 7.4,
    average: 81.2,
  }),
  bertRow('BERT (matching FLOPs)', 'bert-bytes', { params: 20, flops: 130, stepsPerSecond: 2.9, average: 71.5 }),
  perceiverRow('Perceiver IO', 'language-perceiver-io-base', {
    params: 201,
    flops: 113,
    stepsPerSecond: 7.6,
    average: 81.0,
  }),
  perceiverRow('Perceiver IO++', 'language-perceiver-io-plus-plus', {
    params: 425,
    flops: 241,
    stepsPerSecond: 4.2,
    average: 81.8,
  }),
];

/** Rows whose speed the paper states; the first is what the others are compared with. */
export const timedRows: readonly GlueRow[] = glueRows.filter(({ paper }) => paper.stepsPerSecond !== undefined);

/** Figures of a row that the code itself gives, by tracing the model. */
export interface ComputedFigures {
  readonly params: number;
  /** Operations of one text: a multiplication and its addition count as two. */
  readonly flops: number;
  /** The same with the products with the output embedding counted once: the paper's convention, as far as its figures show it. */
  readonly paperFlops: number;
}

/** Traces a row's model. */
export function computeFigures({ model, inputs, outputChannels, vocabSize }: GlueRow): ComputedFigures {
  const flops = tracedFlops(model);
  return {
    params: parameterCount(declareParameters(model)),
    flops,
    paperFlops: flops - inputs * outputChannels * vocabSize,
  };
}
