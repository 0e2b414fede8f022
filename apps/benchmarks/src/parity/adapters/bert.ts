import type * as tf from '@tensorflow/tfjs';
import {
  bertConfigFromHub,
  bertMaskedLanguageModel,
  bertSequenceClassifier,
  bertSequenceClassifierConfigFromHub,
} from 'perceiver-baselines';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, type ModelCase } from '../check-model.js';

const crossEntropy: ModelCase['loss'] = ({ logits }, labels) => {
  const { shape } = logits as tf.Tensor;
  const rows = (logits as tf.Tensor).reshape<tf.Tensor2D>([-1, shape[shape.length - 1]!]);
  return softmaxCrossEntropy(rows, labels.reshape<tf.Tensor1D>([-1]));
};

const squaredError: ModelCase['loss'] = ({ logits }, labels) =>
  (logits as tf.Tensor2D).squeeze([1]).sub(labels).square().mean();

const inputsOf: ModelCase['inputsOf'] = (_case, tensor) => {
  const attentionMask = tensor('attention_mask');
  const tokenTypeIds = tensor('token_type_ids');
  return {
    inputIds: tensor('input_ids')!,
    ...(attentionMask === undefined ? {} : { attentionMask }),
    ...(tokenTypeIds === undefined ? {} : { tokenTypeIds }),
  };
};

/** Hugging Face's `BertForMaskedLM`; its file has the tied weights twice. */
export const bertMaskedLanguageModelAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.class === 'BertForMaskedLM',
  check: (fixture, options) =>
    checkModel(
      fixture,
      {
        model: bertMaskedLanguageModel(bertConfigFromHub(fixture.config)) as AnyModel,
        inputsOf,
        loss: crossEntropy,
        isComputed: (stored) => stored.startsWith('cls.predictions.decoder.'),
      },
      options,
    ),
};

/** Hugging Face's `BertForSequenceClassification`, with one label a regression. */
export const bertSequenceClassifierAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.class === 'BertForSequenceClassification',
  check: (fixture, options) => {
    const config = bertSequenceClassifierConfigFromHub(fixture.config);
    const loss = config.numLabels === 1 ? squaredError : crossEntropy;
    return checkModel(fixture, { model: bertSequenceClassifier(config) as AnyModel, inputsOf, loss }, options);
  },
};
