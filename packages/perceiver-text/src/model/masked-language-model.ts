import type * as tf from '@tensorflow/tfjs';
import {
  type EncoderConfig,
  embedding,
  intermediateRecorder,
  type Model,
  type PerceiverIO,
  type RunOptions,
  runContext,
  runPerceiverIO,
  trainableQueries,
  zeroBias,
} from 'perceiver-core';
import { linear } from 'tfjs-backend-onnxruntime';
import { parseHubTextConfig } from './hub-config.js';
import { gatherRows, type TextInputs, textInputAdapter } from './text-input-adapter.js';

/** The decoder of every released model. */
export const MASKED_DECODER = { qkChannels: 256, numHeads: 8 } as const;

/** A byte-level Perceiver IO with a masked language modelling head (Perceiver IO, section 4.1). */
export interface MaskedLanguageModelConfig {
  readonly vocabSize: number;
  /** Longest input, and the number of rows of logits. */
  readonly maxPositions: number;
  /** Channels of embeddings, positions and output queries. */
  readonly modelChannels: number;
  readonly encoder: EncoderConfig;
  /** Queries and keys of the decoder over all heads; 256 with 8 heads in every released model. */
  readonly decoderQkChannels?: number;
  readonly decoderHeads?: number;
}

export interface TextOutputs {
  readonly logits: tf.Tensor;
  /** Latents after the last self-attend, `[B, N, D]`. */
  readonly lastHiddenState: tf.Tensor3D;
  readonly intermediates?: Record<string, tf.Tensor>;
}

export interface MaskedLanguageOutputs extends TextOutputs {
  /** `[B, maxPositions, vocabSize]`, also for shorter inputs; `[B, O, vocabSize]` where `outputPositions` are given. */
  readonly logits: tf.Tensor3D;
}

/** A batch of tokens, and which of its places to decode. */
export interface MaskedTextInputs extends TextInputs {
  /** int32 `[B, O]`: the positions to decode, such as those of hidden bytes; all positions of the model by default. */
  readonly outputPositions?: tf.Tensor2D;
}

export type MaskedLanguageModel = Model<MaskedLanguageModelConfig, MaskedTextInputs, RunOptions, MaskedLanguageOutputs>;

/** The masked language model of a configuration. Its output embedding is the input's. */
export function maskedLanguageModel(config: MaskedLanguageModelConfig): MaskedLanguageModel {
  const { vocabSize, maxPositions, modelChannels, encoder } = config;
  const { decoderQkChannels = MASKED_DECODER.qkChannels, decoderHeads = MASKED_DECODER.numHeads } = config;
  const parts: PerceiverIO<MaskedTextInputs, tf.Tensor3D> = {
    encoder,
    decoder: {
      numHeads: decoderHeads,
      qkChannels: decoderQkChannels,
      vChannels: modelChannels,
      useQueryResidual: false,
      attentionDropout: encoder.attentionDropout,
      activation: encoder.activation,
    },
    decoderPath: 'decoder',
    inputAdapter: textInputAdapter(config),
    queryProvider: (scope, source, context) => {
      const all = trainableQueries(maxPositions, modelChannels)(scope, source, context);
      const { outputPositions } = source.input;
      return outputPositions === undefined ? all : gatherRows(all.squeeze<tf.Tensor2D>([0]), outputPositions); // [B, O, E]
    },
    outputAdapter: (scope, decoded) => {
      const table = scope.parameter<tf.Tensor2D>(
        'perceiver.input_preprocessor.embeddings.weight',
        [vocabSize, modelChannels],
        embedding(),
      );
      const bias = scope.parameter<tf.Tensor1D>('embedding_decoder.bias', [vocabSize], zeroBias);
      return linear(decoded, table, bias) as tf.Tensor3D; // [B, O, V]
    },
  };
  return {
    config,
    exampleInputs: (batch = 1) => ({ inputIds: { shape: [batch, maxPositions], dtype: 'int32' } }),
    apply: (scope, inputs, options = {}) => {
      const recorder = intermediateRecorder(options);
      const { output, lastHiddenState } = runPerceiverIO(scope, inputs, parts, runContext(options, recorder.record));
      return { logits: output, lastHiddenState, ...recorder.result() };
    },
  };
}

/** The configuration of a released masked language model from its `config.json`. */
export function maskedLanguageModelConfigFromHub(json: unknown): MaskedLanguageModelConfig {
  const { vocabSize, maxPositions, modelChannels, encoder } = parseHubTextConfig(json);
  return { vocabSize, maxPositions, modelChannels, encoder };
}
