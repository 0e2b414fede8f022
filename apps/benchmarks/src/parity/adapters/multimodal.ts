import * as tf from '@tensorflow/tfjs';
import {
  type MultimodalArchitecture,
  multimodalAutoencoder,
  multimodalConfigFromHub,
} from 'perceiver-multimodal-autoencoding';
import type { ParityAdapter } from '../adapter.js';
import { type AnyModel, checkModel, type ModelCase } from '../check-model.js';

/** The constants of the class, which small fixtures change. */
function architectureOf(arch: Record<string, number>): MultimodalArchitecture {
  return {
    audioBands: arch.audio_num_bands!,
    imageBands: arch.image_num_bands!,
    imagePatchSize: arch.image_patch_size!,
    inputMinPadding: arch.input_min_padding!,
    queryMinPadding: arch.query_min_padding!,
  };
}

const inputsOf: ModelCase['inputsOf'] = (_case, tensor) => ({
  image: tf.transpose(tensor('image')!, [0, 1, 3, 4, 2]), // transformers has colours before rows
  audio: tensor('audio')!,
  label: tensor('label')!,
  points: { image: tensor('points.image')!, audio: tensor('points.audio')! },
});

/** The fixtures' loss: the sum over modalities of the mean square. */
const loss: ModelCase['loss'] = ({ logits }) => {
  const means = Object.values(logits as Record<string, tf.Tensor>).map((each) => each.square().mean());
  return tf.addN(means).asScalar();
};

/** Hugging Face's `PerceiverForMultimodalAutoencoding`. */
export const multimodalAdapter: ParityAdapter = {
  recognises: ({ meta }) => meta.head === 'PerceiverForMultimodalAutoencoding',
  check: (fixture, options) => {
    const config = multimodalConfigFromHub(fixture.config, architectureOf(fixture.meta.arch as Record<string, number>));
    return checkModel(fixture, { model: multimodalAutoencoder(config) as AnyModel, inputsOf, loss }, options);
  },
};
