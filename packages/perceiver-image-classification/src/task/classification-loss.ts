import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import type { LossFunction } from 'perceiver-training';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ImageBatch } from '../loading/image-batches.js';
import type { ImageClassifierModel } from '../model/image-classifier.js';

/**
 * Mean cross entropy of classes in nats, and the share of pictures whose most probable class is theirs; of soft classes the largest counts.
 * Boxes of crops, where a batch has them, place the Fourier features in the whole picture.
 */
export function classificationLoss(model: ImageClassifierModel): LossFunction<ImageBatch> {
  return function classificationLoss(parameters, { pixels, labels, cropBoxes }, dropoutKey) {
    const inputs = { pixels, ...(cropBoxes === undefined ? {} : { cropBoxes: cropBoxes as tf.Tensor2D }) };
    const { logits, buffers } = model.apply(bindParameters(parameters), inputs, { training: true, dropoutKey });
    const soft = labels.rank === 2;
    const loss = soft
      ? tf.logSoftmax(logits).mul(labels).sum(1).mean<tf.Scalar>().neg<tf.Scalar>()
      : softmaxCrossEntropy(logits, labels as tf.Tensor1D);
    const classes = soft ? tf.argMax(labels, 1) : labels;
    const accuracy = tf.equal(tf.argMax(logits, 1), classes).cast('float32').mean<tf.Scalar>();
    return { loss, metrics: { accuracy }, ...(buffers === undefined ? {} : { buffers }) };
  };
}
