export { type AttentionMaps, attentionMapsOf } from './attention/attention-maps.js';
export { type AttentionSheetOptions, attentionSheet } from './attention/attention-sheet.js';
export { bundledPicturePath } from './datasets/bundled-picture.js';
export { ImageDataError } from './datasets/image-data-error.js';
export { openImageFolder } from './datasets/image-folder.js';
export type { LabelledImage, LabelledImages } from './datasets/labelled-images.js';
export { type MnistSplit, openMnist } from './datasets/mnist.js';
export { type IdxArray, parseIdx, readIdx } from './datasets/read-idx.js';
export { type ImageNetClass, imageNetClasses } from './labels/imagenet-labels.js';
export {
  buildDescribed,
  describeModel,
  type ImageClassifierDescription,
  imageClassifierConfigText,
  parseImageClassifierConfig,
  usualLabels,
} from './load/description.js';
export { imageClassifierConfigFromHub } from './load/hub-config.js';
export { averagingClassifierConfig, imageClassifierConfigFromPackage } from './load/package-config.js';
export * from './model/index.js';
export {
  type ClassifierOptions,
  type ClassifyBatchOptions,
  type ClassifyOptions,
  ImageClassifier,
  type ImageClassifierPredictor,
  imageClassifierPredictor,
} from './predict/image-classifier-predictor.js';
export { type LabelProbability, topLabels } from './predict/top-labels.js';
export { centreCrop } from './preprocess/centre-crop.js';
export { fitImage, type ImageProcessorOptions, normalizeImage, processImage } from './preprocess/image-processor.js';
export { resizeBicubic } from './preprocess/resize-bicubic.js';
export { type ClassifierFigures, type EvaluateOptions, evaluateClassifier } from './task/evaluate-classifier.js';
