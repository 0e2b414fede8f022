import * as tf from '@tensorflow/tfjs';
import type { LoadPretrainedOptions } from 'perceiver-checkpoints';
import { bindParameters, declareParameters, initializeParameters, ModelError } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { jit } from 'tfjs-backend-onnxruntime';
import { type LabelledClassifierConfig, sequenceClassifierKind } from '../load/classifier-config.js';
import { sequenceClassifier } from '../model/sequence-classifier.js';
import { encodeBatch, type TextOrPair } from '../tokenizer/encode-batch.js';
import { VOCABULARY_SIZE } from '../tokenizer/special-tokens.js';

/** A class of a text. */
export interface TextClass {
  readonly label: string;
  readonly probability: number;
}

/** A sequence classifier with its weights. */
export interface SequenceClassificationPredictor {
  readonly config: LabelledClassifierConfig;
  /** The classes of a text, or of two that go together, most likely first. Longer texts are cut. */
  classify(text: TextOrPair): Promise<TextClass[]>;
  dispose(): Promise<void>;
}

/**
 * Makes a predictor from a configuration and parameters, which it takes over.
 *
 * @throws ModelError unless the model reads bytes
 */
export function sequenceClassificationPredictor(
  config: LabelledClassifierConfig,
  parameters: Record<string, tf.Tensor>,
): SequenceClassificationPredictor {
  const { vocabSize, maxPositions, labels } = config;
  if (vocabSize !== VOCABULARY_SIZE) {
    throw new ModelError(`classifier of bytes: expected a vocabulary of ${VOCABULARY_SIZE}, got ${vocabSize}`);
  }
  const model = sequenceClassifier(config);
  const probabilitiesOf = jit(
    (weights: Record<string, tf.Tensor>, inputIds: tf.Tensor2D, attentionMask: tf.Tensor2D) =>
      tf.softmax(model.apply(bindParameters(weights), { inputIds, attentionMask }).logits),
    { name: 'classify text', constants: [0] },
  );
  return {
    config,
    async classify(text) {
      // Padded to one length, so that texts of any length share one compiled graph.
      const { inputIds, attentionMask, shape } = encodeBatch([text], { padding: 'maxLength', maxLength: maxPositions });
      const inputs = [tf.tensor2d(inputIds, shape, 'int32'), tf.tensor2d(attentionMask, shape, 'int32')] as const;
      const result = await probabilitiesOf(parameters, ...inputs);
      const probabilities = await result.data();
      tf.dispose([result, ...inputs]);
      return labels
        .map((label, i) => ({ label, probability: probabilities[i]! }))
        .sort((a, b) => b.probability - a.probability);
    },
    async dispose() {
      await probabilitiesOf.dispose();
      tf.dispose(parameters);
    },
  };
}

/** Opens sequence classifiers. */
export const PerceiverForSequenceClassification = {
  /**
   * Opens a classifier by its name on the Hugging Face hub, or by the path of a file, a folder or a training run; also those of the
   * `perceiver-io` package.
   *
   * @throws CheckpointError and its kinds, ModelError
   */
  async fromPretrained(
    idOrPath: string,
    options: LoadPretrainedOptions = {},
  ): Promise<SequenceClassificationPredictor> {
    const { config, parameters } = await openModel(idOrPath, sequenceClassifierKind, options);
    return sequenceClassificationPredictor(config, parameters);
  },

  /** A model of random weights, whose answers mean nothing. */
  fromRandomWeights(config: LabelledClassifierConfig, seed: number): SequenceClassificationPredictor {
    const declaration = declareParameters(sequenceClassifier(config));
    return sequenceClassificationPredictor(config, initializeParameters(declaration, seed));
  },
};
