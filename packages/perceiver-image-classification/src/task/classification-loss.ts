import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import type { Batch, LossFunction } from 'perceiver-training';
import type { ImageClassifierModel } from '../model/image-classifier.js';

/** A batch of pictures with their classes. */
export type ImageBatch = Batch & {
  /** `[B, H, W, colours]`, normalised */
  readonly pixels: tf.Tensor4D;
  /** `[B, numLabels]`, shares of the classes: one 1 in each row, or two shares where pictures are mixed. */
  readonly targets: tf.Tensor2D;
  /** `[B, 4]`, where each picture lies in the whole one; see `ImageInputs`. */
  readonly crops?: tf.Tensor2D;
};

export interface ClassificationLossOptions {
  /** Share of each target that is spread evenly over all classes; 0 by default, 0.1 in Perceiver IO on ImageNet. */
  readonly labelSmoothing?: number;
}

/** Mean cross entropy of soft classes in nats, and the share of pictures whose most probable class is their largest. */
export function classificationLoss(
  model: ImageClassifierModel,
  { labelSmoothing = 0 }: ClassificationLossOptions = {},
): LossFunction<ImageBatch> {
  const { numLabels } = model.config;
  return function classificationLoss(parameters, { pixels, targets, crops }, dropoutKey) {
    const inputs = { pixels, ...(crops === undefined ? {} : { crops }) };
    const { logits, buffers } = model.apply(bindParameters(parameters), inputs, { training: true, dropoutKey });
    const wanted = labelSmoothing === 0 ? targets : targets.mul(1 - labelSmoothing).add(labelSmoothing / numLabels);
    const loss = tf.logSoftmax(logits).mul(wanted).sum(1).mean<tf.Scalar>().neg();
    const right = tf.equal(tf.argMax(logits, 1), tf.argMax(targets, 1)).cast('float32').mean<tf.Scalar>();
    return { loss, metrics: { accuracy: right }, ...(buffers === undefined ? {} : { buffers }) };
  };
}
