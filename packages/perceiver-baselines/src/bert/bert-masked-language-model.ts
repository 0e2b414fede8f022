import type * as tf from '@tensorflow/tfjs';
import { dense, intermediateRecorder, type Model, norm, type RunOptions, runContext, zeroBias } from 'perceiver-core';
import { linear } from 'tfjs-backend-onnxruntime';
import type { BertConfig } from './bert-config.js';
import { type BertInputs, wordEmbeddings } from './bert-embeddings.js';
import { activate, encodeTokens } from './bert-encoder.js';

export interface BertOutputs {
  readonly logits: tf.Tensor;
  /** Hidden states after the last layer, `[B, N, C]`. */
  readonly lastHiddenState: tf.Tensor3D;
  readonly intermediates?: Record<string, tf.Tensor>;
}

export interface BertMaskedLanguageOutputs extends BertOutputs {
  /** `[B, N, vocabSize]` */
  readonly logits: tf.Tensor3D;
}

export type BertMaskedLanguageModel = Model<BertConfig, BertInputs, RunOptions, BertMaskedLanguageOutputs>;

/** BERT with its masked language modelling head, whose output embedding is the input's (Devlin et al., 2018, section 3.1). */
export function bertMaskedLanguageModel(config: BertConfig): BertMaskedLanguageModel {
  const { vocabSize, maxPositions, hiddenChannels, normEpsilon: epsilon = 1e-12 } = config;
  return {
    config,
    exampleInputs: (batch = 1) => ({ inputIds: { shape: [batch, maxPositions], dtype: 'int32' } }),
    apply: (scope, inputs, options = {}) => {
      const recorder = intermediateRecorder(options);
      const context = runContext(options, recorder.record);
      const lastHiddenState = encodeTokens(scope, inputs, config, context);
      const head = scope.at('cls.predictions');
      const mixed = activate(dense(head.at('transform.dense'), lastHiddenState, hiddenChannels), config);
      const transformed = norm(head.at('transform.LayerNorm'), mixed, { epsilon }); // [B, N, C]
      context.record?.('mlm_transform', transformed);
      const bias = head.parameter<tf.Tensor1D>('bias', [vocabSize], zeroBias);
      const logits = linear(transformed, wordEmbeddings(scope, config), bias) as tf.Tensor3D; // [B, N, V]
      return { logits, lastHiddenState, ...recorder.result() };
    },
  };
}
