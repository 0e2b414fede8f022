import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import type { Batch, LossFunction } from 'perceiver-training';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { MaskedLanguageModel } from '../model/masked-language-model.js';

/** A batch of rows with hidden words. */
export interface MaskedBatch extends Batch {
  /** int32 `[B, N]` */
  inputIds: tf.Tensor2D;
  /** int32 `[B, N]`, -100 where nothing is hidden */
  labels: tf.Tensor2D;
}

/** Mean cross entropy in nats of the hidden ids (Perceiver IO, section 4.1). */
export function maskedLanguageLoss(model: MaskedLanguageModel): LossFunction<MaskedBatch> {
  const { vocabSize, maxPositions } = model.config;
  return function maskedLanguageLoss(parameters, { inputIds, labels }, dropoutKey) {
    const [rows, length] = inputIds.shape;
    const { logits } = model.apply(bindParameters(parameters), { inputIds }, { training: true, dropoutKey });
    // The decoder gives a row for every position, also behind a shorter input.
    const used = length === maxPositions ? logits : tf.slice(logits, [0, 0, 0], [rows, length, vocabSize]);
    return softmaxCrossEntropy(used.reshape([-1, vocabSize]), labels.reshape([-1]));
  };
}
