import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import type { Batch, LossFunction } from 'perceiver-training';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { MultimodalAutoencoderModel } from '../model/multimodal-autoencoder.js';

/** A batch of clips, and which of their points are decoded. */
export interface MultimodalBatch extends Batch {
  /** Pixels 0 to 1, `[B, T, H, W, 3]` */
  image: tf.Tensor5D;
  /** Samples -1 to 1, `[B, S, 1]` */
  audio: tf.Tensor3D;
  /** int32 `[B]` */
  labels: tf.Tensor1D;
  /** int32 `[n]`, into (T, H, W), row by row; the paper takes 512. */
  imagePoints: tf.Tensor1D;
  /** int32 `[n]`, into the patches of sound; the paper takes 512. */
  audioPoints: tf.Tensor1D;
}

/** Shares of the modalities in the loss. */
export interface MultimodalLossWeights {
  readonly image: number;
  readonly audio: number;
  readonly label: number;
}

/** The paper's (Perceiver IO, appendix H.2). */
export const paperLossWeights: MultimodalLossWeights = { image: 0.03, audio: 1, label: 1e-4 };

/**
 * Mean absolute error of pixels and samples at the chosen points plus cross entropy of the label, weighted (Perceiver IO, section 4.3).
 * A model that shall learn to classify has labels masked in training at times, with `maskedLabels` of its configuration: 0.5 in the paper.
 */
export function multimodalLoss(
  model: MultimodalAutoencoderModel,
  weights: MultimodalLossWeights = paperLossWeights,
): LossFunction<MultimodalBatch> {
  const { samplesPerPatch, numLabels } = model.config;
  return function multimodalLoss(parameters, batch, dropoutKey) {
    const { image, audio, labels, imagePoints, audioPoints } = batch;
    const [rows] = image.shape;
    const label = tf.oneHot(labels, numLabels).cast('float32') as tf.Tensor2D;
    const inputs = { image, audio, label, points: { image: imagePoints, audio: audioPoints } };
    const { logits } = model.apply(bindParameters(parameters), inputs, { training: true, dropoutKey });
    const pixels = tf.gather(image.reshape<tf.Tensor3D>([rows, -1, 3]), imagePoints, 1);
    const samples = tf.gather(audio.reshape<tf.Tensor3D>([rows, -1, samplesPerPatch]), audioPoints, 1);
    const imageError = logits.image.sub(pixels).abs().mean();
    const audioError = logits.audio.sub(samples.reshape(logits.audio.shape)).abs().mean();
    const labelError = softmaxCrossEntropy(logits.label, labels);
    const loss = imageError.mul(weights.image).add(audioError.mul(weights.audio)).add(labelError.mul(weights.label));
    return {
      loss: loss.asScalar(),
      metrics: { image: imageError.asScalar(), audio: audioError.asScalar(), label: labelError },
    };
  };
}
