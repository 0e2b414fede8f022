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
export { pixelFeatures } from './pixels/pixel-features.js';
export type { FourierPixelsConfig, PicturesConfig, PixelsInputs, PixelsOutputs } from './pixels/pixels-input.js';
export {
  type BertFilledMasks,
  BertForMaskedLanguageModel,
  type BertLoadOptions,
  type BertMaskedLanguagePredictor,
  type BertSuggestion,
  bertMaskedLanguagePredictor,
} from './predict/bert-masked-language.js';
export { type ResNet, resNet } from './resnet/resnet.js';
export type { ResNetConfig } from './resnet/resnet-config.js';
export { resNetPresets } from './resnet/resnet-presets.js';
export {
  type PixelTransformer,
  type PixelTransformerConfig,
  pixelTransformer,
} from './transformer/pixel-transformer.js';
export { pixelTransformer64 } from './transformer/pixel-transformer-presets.js';
export { type ViT, viT } from './vit/vit.js';
export type { ViTConfig } from './vit/vit-config.js';
export { viTPresets } from './vit/vit-presets.js';
