export {
  type CausalLanguageModel,
  type CausalLanguageModelConfig,
  causalLanguageModel,
  causalLanguageModelConfigFromPackage,
} from './causal-language-model.js';
export {
  GLUE_QUERIES,
  type GlueClassifier,
  type GlueClassifierConfig,
  type GlueDecoderConfig,
  type GlueInputs,
  type GlueOutputs,
  type GlueQueries,
  glueClassifier,
  glueOutputs,
} from './glue-classifier.js';
export { type HubTextConfig, parseHubTextConfig } from './hub-config.js';
export {
  MASKED_DECODER,
  type MaskedLanguageModel,
  type MaskedLanguageModelConfig,
  type MaskedLanguageOutputs,
  maskedLanguageModel,
  maskedLanguageModelConfigFromHub,
  type TextOutputs,
} from './masked-language-model.js';
export {
  type SequenceClassifier,
  type SequenceClassifierConfig,
  type SequenceClassifierOutputs,
  sequenceClassifier,
  sequenceClassifierConfigFromHub,
  sequenceClassifierConfigFromPackage,
} from './sequence-classifier.js';
export { type TextInputs, textInputAdapter } from './text-input-adapter.js';
export { type WordInputOptions, type WordInputs, wordInputAdapter } from './word-input-adapter.js';
