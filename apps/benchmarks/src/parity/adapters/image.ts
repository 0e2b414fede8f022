import type * as tf from '@tensorflow/tfjs';
import {
  type ImageClassifierConfig,
  imageClassifier,
  imageClassifierConfigFromHub,
} from 'perceiver-image-classification';
import { softmaxCrossEntropy } from 'tfjs-backend-onnxruntime';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, type ModelCase } from '../check-model.js';
import { checkTraining } from '../check-training.js';
import type { Fixture } from '../fixture.js';
import { channelsLast } from './channels.js';

/** The constants that a small fixture has in place of the class's own stand in meta.json, under the names that config.json may use. */
const configOf = ({ config, meta }: Fixture): ImageClassifierConfig =>
  imageClassifierConfigFromHub({ ...(config as object), ...(meta.arch as object) });

const loss: ModelCase['loss'] = ({ logits }, labels) =>
  softmaxCrossEntropy(logits as tf.Tensor2D, labels as tf.Tensor1D);

const setupOf = (config: ImageClassifierConfig): ModelCase => ({
  model: imageClassifier(config) as AnyModel,
  inputsOf: (_case, tensor) => ({ pixels: channelsLast(tensor('pixel_values')!) }),
  loss,
  intermediateName: (name) => (name === 'decoder_output' ? 'logits' : name),
});

/** Hugging Face's `PerceiverForImageClassification...`: Fourier, learned and convolutional. */
export const imageClassifierAdapter: ParityAdapter = {
  recognises: ({ meta }) => String(meta.head).startsWith('PerceiverForImageClassification'),
  check: async (fixture, options) => {
    const rows = await checkModel(fixture, setupOf(configOf(fixture)), options);
    if (!options.gradients || !fixture.has('train_mode.safetensors')) return rows;
    const config = configOf(fixture);
    const undropped = { ...config, encoder: { ...config.encoder, attentionDropout: 0 } };
    return [...rows, ...(await checkTraining(fixture, setupOf(undropped)))];
  },
};
