import * as tf from '@tensorflow/tfjs';
import {
  type DecoderConfig,
  type EncoderConfig,
  intermediateRecorder,
  type Model,
  numberIn,
  type PerceiverIO,
  parsePackageClassifier,
  type RunOptions,
  runContext,
  runPerceiverIO,
  trainableQueries,
} from 'perceiver-core';
import { parseHubTextConfig } from './hub-config.js';
import type { TextOutputs } from './masked-language-model.js';
import { type TextInputs, textInputAdapter } from './text-input-adapter.js';

/** A byte-level Perceiver IO that gives one vector of class logits a text, by one trained query. */
export interface SequenceClassifierConfig {
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly modelChannels: number;
  readonly numLabels: number;
  readonly encoder: EncoderConfig;
  /** The decoder where it is not the released models': one head, as wide as the latents, with residual. */
  readonly decoder?: Partial<Omit<DecoderConfig, 'finalChannels'>> & {
    /** Channels of the query; those of the latents by default. */
    readonly queryChannels?: number;
  };
}

export interface SequenceClassifierOutputs extends TextOutputs {
  /** `[B, numLabels]` */
  readonly logits: tf.Tensor2D;
}

export type SequenceClassifier = Model<SequenceClassifierConfig, TextInputs, RunOptions, SequenceClassifierOutputs>;

/** The sequence classifier of a configuration: decoder with one head, residual and a final linear layer. */
export function sequenceClassifier(config: SequenceClassifierConfig): SequenceClassifier {
  const { maxPositions, numLabels, encoder } = config;
  const { queryChannels = encoder.latentChannels, ...decoder } = config.decoder ?? {};
  const parts: PerceiverIO<TextInputs, tf.Tensor2D> = {
    encoder,
    decoder: {
      crossAttentionWidth: encoder.crossAttentionWidth,
      useQueryResidual: true,
      finalChannels: numLabels,
      attentionDropout: encoder.attentionDropout,
      activation: encoder.activation,
      ...decoder,
    },
    inputAdapter: textInputAdapter(config),
    queryProvider: trainableQueries(1, queryChannels),
    outputAdapter: (_scope, decoded) => tf.squeeze(decoded, [1]),
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

/** The configuration of a sequence classifier from its `config.json`. */
export function sequenceClassifierConfigFromHub(json: unknown): SequenceClassifierConfig {
  const { vocabSize, maxPositions, modelChannels, numLabels, encoder } = parseHubTextConfig(json);
  return { vocabSize, maxPositions, modelChannels, numLabels, encoder };
}

/**
 * The configuration of the `perceiver-io` package's TextClassifier, also where its wrapper for Hugging Face puts it under `model_config`
 * (PARITY-krasserm, sections 1 and 2).
 *
 * @throws ModelError
 */
export function sequenceClassifierConfigFromPackage(json: unknown): SequenceClassifierConfig {
  const own = (json as { model_config?: unknown } | null)?.model_config ?? json;
  const { encoderFields, ...parts } = parsePackageClassifier(own, (_, latentChannels) => latentChannels);
  return {
    vocabSize: numberIn(encoderFields, 'vocab_size'),
    maxPositions: numberIn(encoderFields, 'max_seq_len'),
    modelChannels: numberIn(encoderFields, 'num_input_channels'),
    ...parts,
  };
}
