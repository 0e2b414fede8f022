import * as tf from '@tensorflow/tfjs';
import { bindParameters, declareParameters, initializeParameters } from 'perceiver-core';
import { type ImageSource, readImage } from 'perceiver-image-files';
import type { OpenModelOptions } from 'perceiver-inference';
import { jit } from 'tfjs-backend-onnxruntime';
import { type AttentionMaps, attentionMapsOf } from '../attention/attention-maps.js';
import {
  buildDescribed,
  describeModel,
  type ImageClassifierDescription,
  parseImageClassifierConfig,
} from '../load/description.js';
import { openDescribed } from '../load/open-described.js';
import type { ImageClassifierConfig } from '../model/image-classifier.js';
import { type ImageClassifierPreset, imageClassifierPresets } from '../model/presets/image-presets.js';
import { changeProcessor } from '../preprocess/change-processor.js';
import { fitImage, normalizeImage } from '../preprocess/image-processor.js';
import { type ClassifierOptions, type PictureClassifier, pictureClassifier } from './picture-classifier.js';

type Tensors = Record<string, tf.Tensor>;

/** A Perceiver that classifies pictures, with its weights. */
export interface ImageClassifierPredictor extends PictureClassifier<ImageClassifierDescription> {
  /** What each latent looks at in a picture: the probabilities of the encoder's cross-attend. */
  attend(source: ImageSource): Promise<AttentionMaps>;
}

/** Makes a predictor from a description and parameters, which it takes over. */
export function imageClassifierPredictor(
  description: ImageClassifierDescription,
  parameters: Tensors,
  options: ClassifierOptions = {},
): ImageClassifierPredictor {
  const model = buildDescribed(description);
  const classifier = pictureClassifier(description, model, parameters, options);
  const { processor: changes, ...readOptions } = options;
  const processor = changeProcessor(description.processor, changes);
  const attentionOf = jit(
    (weights: Tensors, pixels: tf.Tensor4D) => {
      const { intermediates } = model.apply(bindParameters(weights), { pixels }, { returnIntermediates: true });
      return (intermediates!['cross_attention.encoder'] as tf.Tensor4D).mean<tf.Tensor3D>(1); // [B, N, M]
    },
    { name: 'attend', constants: [0] },
  );
  return {
    ...classifier,
    attend: async (source) => {
      const image = await fitImage(await readImage(source, readOptions), processor);
      const { colours = 3 } = description.model;
      const pixels = tf.tensor4d(normalizeImage(image, processor), [1, image.height, image.width, colours]);
      try {
        const result = await attentionOf(parameters, pixels);
        const probabilities = (await result.data()) as Float32Array;
        result.dispose();
        return attentionMapsOf(image, probabilities, description.model);
      } finally {
        pixels.dispose();
      }
    },
    async dispose() {
      await attentionOf.dispose();
      await classifier.dispose();
    },
  };
}

/** Opens image classifiers. */
export const ImageClassifier = {
  /**
   * Opens a model by its name on the Hugging Face hub (`deepmind/vision-perceiver-fourier`), or by the path of a file, a folder or a training
   * run. Pictures are prepared as its `config.json` or `preprocessor_config.json` says.
   *
   * @throws CheckpointError and its kinds, ModelError
   */
  async fromPretrained(
    idOrPath: string,
    options: OpenModelOptions & ClassifierOptions = {},
  ): Promise<ImageClassifierPredictor> {
    const kind = { parseConfig: parseImageClassifierConfig, build: buildDescribed };
    const { config, parameters } = await openDescribed(idOrPath, kind, options);
    return imageClassifierPredictor(config, parameters, options);
  },

  /** A model of random weights: its answers mean nothing, but it takes the time and memory of a trained one. */
  fromRandomWeights(
    preset: ImageClassifierPreset | ImageClassifierConfig,
    seed: number,
    options: ClassifierOptions = {},
  ): ImageClassifierPredictor {
    const description = describeModel(typeof preset === 'string' ? imageClassifierPresets[preset] : preset);
    const declaration = declareParameters(buildDescribed(description));
    return imageClassifierPredictor(description, initializeParameters(declaration, seed), options);
  },
};
