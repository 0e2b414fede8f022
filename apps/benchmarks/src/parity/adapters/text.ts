import type * as tf from '@tensorflow/tfjs';
import {
  maskedLanguageModel,
  maskedLanguageModelConfigFromHub,
  sequenceClassifier,
  sequenceClassifierConfigFromHub,
} from 'perceiver-text';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, type ModelCase } from '../check-model.js';

const loss: ModelCase['loss'] = ({ logits }, labels) => {
  const { shape } = logits as tf.Tensor;
  const rows = (logits as tf.Tensor).reshape<tf.Tensor2D>([-1, shape[shape.length - 1]!]);
  return softmaxCrossEntropy(rows, labels.reshape<tf.Tensor1D>([-1]));
};

const inputsOf: ModelCase['inputsOf'] = (_case, tensor) => {
  const attentionMask = tensor('attention_mask');
  return { inputIds: tensor('input_ids')!, ...(attentionMask === undefined ? {} : { attentionMask }) };
};

/** Hugging Face's `PerceiverForMaskedLM`. */
export const maskedLanguageModelAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.head === 'PerceiverForMaskedLM',
  check: (fixture, options) =>
    checkModel(
      fixture,
      {
        model: maskedLanguageModel(maskedLanguageModelConfigFromHub(fixture.config)) as AnyModel,
        inputsOf,
        loss,
        intermediateName: (name) => (name === 'decoder_output' ? 'decoder_layer' : name),
      },
      options,
    ),
};

/** Hugging Face's `PerceiverForSequenceClassification`. */
export const sequenceClassifierAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.head === 'PerceiverForSequenceClassification',
  check: (fixture, options) =>
    checkModel(
      fixture,
      {
        model: sequenceClassifier(sequenceClassifierConfigFromHub(fixture.config)) as AnyModel,
        inputsOf,
        loss,
        intermediateName: (name) => (name === 'decoder_output' ? 'logits' : name),
      },
      options,
    ),
};
