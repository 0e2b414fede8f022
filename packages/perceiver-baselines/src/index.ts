export {
  type BertConfig,
  type BertSequenceClassifierConfig,
  bertConfigFromHub,
  bertHubFields,
  bertSequenceClassifierConfigFromHub,
} from './bert/bert-config.js';
export type { BertInputs } from './bert/bert-embeddings.js';
export {
  type BertMaskedLanguageModel,
  type BertMaskedLanguageOutputs,
  type BertOutputs,
  bertMaskedLanguageModel,
} from './bert/bert-masked-language-model.js';
export {
  type BertSequenceClassifier,
  type BertSequenceClassifierOutputs,
  bertSequenceClassifier,
} from './bert/bert-sequence-classifier.js';
export { bertPresets } from './bert/presets/bert-presets.js';
export {
  bertFineTuningKind,
  bertMaskedLanguageKind,
  bertSequenceClassifierKind,
  otherBertNames,
} from './load/bert-kinds.js';
export {
  type BertFilledMasks,
  BertForMaskedLanguageModel,
  type BertLoadOptions,
  type BertMaskedLanguagePredictor,
  type BertSuggestion,
  bertMaskedLanguagePredictor,
} from './predict/bert-masked-language.js';
