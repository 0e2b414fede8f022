import * as tf from '@tensorflow/tfjs';
import { bindParameters, type ModelDeclaration, resolvePerceiverARConfig } from 'perceiver-core';
import type { Batch, LossFunction } from 'perceiver-training';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { CausalLanguageModel } from '../model/causal-language-model.js';
import { withBuffers } from './with-buffers.js';

/** A batch of windows for a causal language model. */
export interface CausalBatch extends Batch {
  /** int32 `[B, maxSeqLen + 1]`: the context and the id after it. */
  ids: tf.Tensor2D;
}

/** A batch in which some rows have a shorter context. */
export interface ShortContextBatch extends CausalBatch {
  /** int32 `[B]`: ids at the start of each row that are hidden; at most `maxSeqLen - maxLatents`. */
  hidden: tf.Tensor1D;
}

/**
 * Mean cross entropy in nats of the next id after each latent (Perceiver AR, section 3): the last `maxLatents` positions of a
 * window are latents, all before them is context.
 */
export function causalLanguageLoss(
  model: CausalLanguageModel,
  declaration: ModelDeclaration,
): LossFunction<CausalBatch | ShortContextBatch> {
  const { maxSeqLen, maxLatents, vocabSize } = resolvePerceiverARConfig(model.config);
  const prefixLength = maxSeqLen - maxLatents;
  return function causalLanguageLoss(parameters, batch, dropoutKey) {
    const { ids } = batch;
    const [rows] = ids.shape;
    const inputIds = tf.slice(ids, [0, 0], [rows, maxSeqLen]);
    const labels = tf.slice(ids, [0, prefixLength + 1], [rows, maxLatents]).reshape<tf.Tensor1D>([-1]);
    const scope = bindParameters(withBuffers(parameters, declaration));
    const padMask = hiddenMask(batch, maxSeqLen);
    const { logits } = model.apply(scope, { inputIds, prefixLength, padMask }, { training: true, dropoutKey });
    return softmaxCrossEntropy(logits.reshape([-1, vocabSize]), labels);
  };
}

function hiddenMask(batch: CausalBatch, length: number): tf.Tensor2D | undefined {
  const hidden = batch.hidden;
  if (hidden === undefined) return undefined;
  return tf.less(tf.range(0, length, 1, 'int32').reshape([1, length]), hidden.reshape([-1, 1]));
}
