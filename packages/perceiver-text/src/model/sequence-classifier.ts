import * as tf from '@tensorflow/tfjs';
import {
  type EncoderConfig,
  intermediateRecorder,
  type Model,
  type PerceiverIO,
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
}

export interface SequenceClassifierOutputs extends TextOutputs {
  /** `[B, numLabels]` */
  readonly logits: tf.Tensor2D;
}

export type SequenceClassifier = Model<SequenceClassifierConfig, TextInputs, RunOptions, SequenceClassifierOutputs>;

/** The sequence classifier of a configuration: decoder with one head, residual and a final linear layer. */
export function sequenceClassifier(config: SequenceClassifierConfig): SequenceClassifier {
  const { maxPositions, numLabels, encoder } = config;
  const parts: PerceiverIO<TextInputs, tf.Tensor2D> = {
    encoder,
    decoder: {
      crossAttentionWidth: encoder.crossAttentionWidth,
      useQueryResidual: true,
      finalChannels: numLabels,
      attentionDropout: encoder.attentionDropout,
      activation: encoder.activation,
    },
    inputAdapter: textInputAdapter(config),
    queryProvider: trainableQueries(1, encoder.latentChannels),
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
