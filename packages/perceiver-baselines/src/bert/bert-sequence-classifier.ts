import * as tf from '@tensorflow/tfjs';
import { dense, intermediateRecorder, type Model, type RunOptions, runContext } from 'perceiver-core';
import type { BertSequenceClassifierConfig } from './bert-config.js';
import type { BertInputs } from './bert-embeddings.js';
import { encodeTokens } from './bert-encoder.js';
import type { BertOutputs } from './bert-masked-language-model.js';

export interface BertSequenceClassifierOutputs extends BertOutputs {
  /** `[B, numLabels]`; with one label its numbers are the regression's. */
  readonly logits: tf.Tensor2D;
}

export type BertSequenceClassifier = Model<
  BertSequenceClassifierConfig,
  BertInputs,
  RunOptions,
  BertSequenceClassifierOutputs
>;

/** BERT with a pooler and a linear classifier on the first token (Devlin et al., 2018, section 4.1). */
export function bertSequenceClassifier(config: BertSequenceClassifierConfig): BertSequenceClassifier {
  const { maxPositions, hiddenChannels, numLabels, hiddenDropout = 0, classifierDropout = hiddenDropout } = config;
  return {
    config,
    exampleInputs: (batch = 1) => ({ inputIds: { shape: [batch, maxPositions], dtype: 'int32' } }),
    apply: (scope, inputs, options = {}) => {
      const recorder = intermediateRecorder(options);
      const context = runContext(options, recorder.record);
      const lastHiddenState = encodeTokens(scope, inputs, config, context);
      const first = tf.slice(lastHiddenState, [0, 0, 0], [-1, 1, -1]).squeeze<tf.Tensor2D>([1]);
      const pooled = dense(scope.at('bert.pooler.dense'), first, hiddenChannels).tanh<tf.Tensor2D>(); // [B, C]
      context.record?.('pooled', pooled);
      const logits = dense(scope.at('classifier'), context.dropout(pooled, classifierDropout), numLabels);
      return { logits, lastHiddenState, ...recorder.result() };
    },
  };
}
