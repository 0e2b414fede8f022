import type * as tf from '@tensorflow/tfjs';
import { type BertSequenceClassifierConfig, bertSequenceClassifier } from 'perceiver-baselines';
import { bindParameters } from 'perceiver-core';
import { type GlueClassifierConfig, VOCABULARY_SIZE } from 'perceiver-text';
import type { Batch, LossFunction } from 'perceiver-training';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';

/** Most bytes of a text, with the tokens at its ends. */
const LONGEST = 192;

/** A Perceiver IO that two processor cores train: single-task query, plain bytes, no dropout. */
export const perceiverConfig: GlueClassifierConfig = {
  tasks: ['sst2'],
  queries: 'single-task',
  vocabSize: VOCABULARY_SIZE,
  maxPositions: LONGEST,
  modelChannels: 64,
  encoder: {
    numLatents: 32,
    latentChannels: 128,
    numBlocks: 1,
    numSelfAttendsPerBlock: 2,
    numSelfAttentionHeads: 4,
    numCrossAttentionHeads: 8,
    qkChannels: 128,
    vChannels: 128,
    crossAttentionWideningFactor: 2,
    selfAttentionWideningFactor: 2,
    attentionDropout: 0,
  },
};

/**
 * A BERT on the same bytes, of as many layers. 88 channels give it the Perceiver's operations on batches of SST-2, where half of the texts
 * are shorter than 42 bytes; of a text of 192 bytes it needs 2.7 times as many, since all its layers work on every byte.
 */
export const bertConfig: BertSequenceClassifierConfig = {
  vocabSize: VOCABULARY_SIZE,
  maxPositions: LONGEST,
  hiddenChannels: 88,
  numLayers: 2,
  numHeads: 4,
  intermediateChannels: 4 * 88,
  numLabels: 2,
};

/** Cross entropy in nats of a byte-level BERT's classes. */
export function bertLoss(): LossFunction<Batch> {
  const model = bertSequenceClassifier(bertConfig);
  return function bertLoss(parameters, { inputIds, attentionMask, labels }, dropoutKey) {
    const inputs = { inputIds: inputIds as tf.Tensor2D, attentionMask: attentionMask as tf.Tensor2D };
    const { logits } = model.apply(bindParameters(parameters), inputs, { training: true, dropoutKey });
    return softmaxCrossEntropy(logits, (labels as tf.Tensor1D).cast('int32'));
  };
}
