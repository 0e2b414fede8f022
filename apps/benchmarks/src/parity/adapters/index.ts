import type { ParityAdapter } from '../adapter.js';
import { audioAdapter } from './audio.js';
import { augmentAdapter } from './augment.js';
import { bertMaskedLanguageModelAdapter, bertSequenceClassifierAdapter } from './bert.js';
import { causalLanguageModelAdapter } from './causal-language-model.js';
import { flowUtilsAdapter } from './flow-utils.js';
import { fourierAdapter } from './fourier.js';
import { imageClassifierAdapter } from './image.js';
import { imageProcessorAdapter } from './image-processor.js';
import { metricsAdapter } from './metrics.js';
import { multimodalAdapter } from './multimodal.js';
import { opticalFlowAdapter } from './optical-flow.js';
import { packageClassifierAdapter } from './package-classifiers.js';
import { resNetAdapter } from './resnet.js';
import { rotaryAdapter } from './rotary.js';
import { maskedLanguageModelAdapter, sequenceClassifierAdapter } from './text.js';
import { tokenizerAdapter } from './tokenizer.js';
import { viTAdapter } from './vit.js';

/** All kinds of fixtures that can be checked. */
export const adapters: readonly ParityAdapter[] = [
  maskedLanguageModelAdapter,
  sequenceClassifierAdapter,
  bertMaskedLanguageModelAdapter,
  bertSequenceClassifierAdapter,
  causalLanguageModelAdapter,
  imageClassifierAdapter,
  resNetAdapter,
  viTAdapter,
  imageProcessorAdapter,
  packageClassifierAdapter,
  multimodalAdapter,
  opticalFlowAdapter,
  flowUtilsAdapter,
  fourierAdapter,
  rotaryAdapter,
  tokenizerAdapter,
  audioAdapter,
  augmentAdapter,
  metricsAdapter,
];
