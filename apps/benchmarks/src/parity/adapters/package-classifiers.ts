import * as tf from '@tensorflow/tfjs';
import { perceiverIoPackageName } from 'perceiver-core';
import { imageClassifier, imageClassifierConfigFromPackage } from 'perceiver-image-classification';
import { sequenceClassifier, sequenceClassifierConfigFromPackage } from 'perceiver-text';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, type ModelCase } from '../check-model.js';

/** Fields of the package's configurations that say what to compare. */
interface PackageConfig {
  readonly encoder: { readonly image_shape?: readonly number[] };
  readonly decoder: { readonly cross_attention_residual: boolean };
}

const loss: ModelCase['loss'] = ({ logits }, labels) =>
  softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D);

/** What both kinds of models share; the package masks by what is padding. */
const setupOf = (model: AnyModel, input: string, { decoder }: PackageConfig): ModelCase => ({
  model,
  storedName: (name) => perceiverIoPackageName(name, { decoderResidual: decoder.cross_attention_residual }),
  // The package stores the features of positions, which are computed here.
  isComputed: (stored) => stored.endsWith('position_encoding.position_encoding'),
  loss,
  inputsOf: (_case, tensor) => {
    const padMask = tensor('pad_mask') as tf.Tensor2D | undefined;
    return { [input]: tensor('x')!, ...(padMask && { attentionMask: tf.sub<tf.Tensor2D>(1, padMask) }) };
  },
  intermediateName: (stored) =>
    stored === 'decoder_output'
      ? 'decoder_layer'
      : stored.replace('cross_attn_', 'cross_attention_').replace('self_attn_', 'self_attends_').replace(/_1$/, ''),
});

/** The `perceiver-io` package's image and text classifiers: Perceiver of 2021 and Perceiver IO (PARITY-krasserm, section 2). */
export const packageClassifierAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.model === 'ImageClassifier' || meta.model === 'TextClassifier',
  check: (fixture, options) => {
    const config = fixture.config as PackageConfig;
    const setup =
      config.encoder.image_shape === undefined
        ? setupOf(sequenceClassifier(sequenceClassifierConfigFromPackage(config)) as AnyModel, 'inputIds', config)
        : setupOf(imageClassifier(imageClassifierConfigFromPackage(config)) as AnyModel, 'pixels', config);
    return checkModel(fixture, setup, options);
  },
};
