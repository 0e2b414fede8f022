import type { Declarable } from 'perceiver-core';
import { imageClassifier, imageClassifierConfigFromHub } from 'perceiver-image-classification';
import type { ModelKind } from 'perceiver-inference';
import { multimodalAutoencoder, multimodalConfigFromHub } from 'perceiver-multimodal-autoencoding';
import { opticalFlowModel, parseFlowConfig } from 'perceiver-optical-flow';
import { maskedLanguageModel, parseMaskedConfig } from 'perceiver-text';
import type { ReleasedName } from '../released-checkpoint.js';

const kind = <Config, Model extends Declarable<never>>(
  parseConfig: (json: unknown) => Config,
  build: (config: Config) => Model,
): ModelKind<unknown, Declarable<never>> => ({ parseConfig, build: (config) => build(config as Config) });

const image = kind(imageClassifierConfigFromHub, imageClassifier);

/** How each released model is made of its configuration. */
export const releasedKinds: Readonly<Record<ReleasedName, ModelKind<unknown, Declarable<never>>>> = {
  'language-perceiver': kind(parseMaskedConfig, maskedLanguageModel),
  'vision-perceiver-fourier': image,
  'vision-perceiver-conv': image,
  'vision-perceiver-learned': image,
  'optical-flow-perceiver': kind(parseFlowConfig, opticalFlowModel),
  'multimodal-perceiver': kind((json) => multimodalConfigFromHub(json), multimodalAutoencoder),
};
