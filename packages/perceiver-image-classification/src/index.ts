export { type AttentionMaps, attentionMapsOf } from './attention/attention-maps.js';
export { type AttentionSheetOptions, attentionSheet } from './attention/attention-sheet.js';
export { type ColourJitterOptions, colourJitter } from './augment/colour-jitter.js';
export { type InceptionCropOptions, inceptionCrop } from './augment/inception-crop.js';
export {
  cutMixRows,
  type MixBatchOptions,
  mixBatch,
  mixUpRows,
  type SoftBatch,
} from './augment/mix-batch.js';
export * as imageOperations from './augment/operations/index.js';
export {
  IMAGENET_AUGMENTATION,
  type ImageAugmentation,
  type PreparedImage,
  type PrepareImageOptions,
  prepareImage,
  SMALL_PICTURE_AUGMENTATION,
} from './augment/prepare-image.js';
export {
  RAND_AUGMENT_OPERATIONS,
  type RandAugmentOperation,
  type RandAugmentOptions,
  randAugment,
} from './augment/rand-augment.js';
export { bundledPicturePath } from './datasets/bundled-picture.js';
export { type CifarKind, type OpenCifarOptions, openCifar } from './datasets/cifar.js';
export { FASHION_MNIST_CLASSES, FASHION_MNIST_FOLDER } from './datasets/fashion-mnist.js';
export { ImageDataError } from './datasets/image-data-error.js';
export {
  type ImageDataset,
  type ImageDatasetParts,
  type ImageRecord,
  imageDataset,
  type LabelledImage,
} from './datasets/image-dataset.js';
export { openImageFolder } from './datasets/image-folder.js';
export type { ImagePlace } from './datasets/image-reader.js';
export { IMAGE_SPLITS, type ImageSplit } from './datasets/image-split.js';
export { openMnist } from './datasets/mnist.js';
export {
  IMAGE_DATASET_FORMATS,
  type ImageDatasetFormat,
  type OpenImageDatasetOptions,
  openImageDataset,
} from './datasets/open-image-dataset.js';
export { type IdxArray, parseIdx, readIdx } from './datasets/read-idx.js';
export { type ImageNetClass, imageNetClasses } from './labels/imagenet-labels.js';
export {
  type BaselineDescription,
  type BaselinePreset,
  baselinePresets,
  buildBaseline,
  describeBaseline,
  isBaselineConfig,
  parseBaselineConfig,
} from './load/baseline-description.js';
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
export type { CorruptImage, HostImageBatch } from './loading/batch-task.js';
export {
  type CorruptImages,
  type HostImageBatches,
  hostImageBatches,
  type ImageBatchOptions,
} from './loading/host-image-batches.js';
export { type ImageBatches, imageBatches, type TensorBatchOptions } from './loading/image-batches.js';
export { ImageLoadingError } from './loading/worker-pool.js';
export * from './model/index.js';
export {
  ImageClassifier,
  type ImageClassifierPredictor,
  imageClassifierPredictor,
} from './predict/image-classifier-predictor.js';
export { type ImageLogits, imageLogits } from './predict/image-logits.js';
export { type AnyPictureClassifier, openPictureClassifier, randomBaseline } from './predict/open-picture-classifier.js';
export {
  type ClassifierOptions,
  type ClassifyBatchOptions,
  type ClassifyOptions,
  type PictureClassifier,
  type PictureModel,
  type PicturesDescription,
  pictureClassifier,
} from './predict/picture-classifier.js';
export { type LabelProbability, topLabels } from './predict/top-labels.js';
export { batchPixels, type PixelBatch } from './preprocess/batch-pixels.js';
export { centreCrop } from './preprocess/centre-crop.js';
export type { CropBox } from './preprocess/crop-box.js';
export {
  fitImage,
  IMAGENET_MEAN,
  IMAGENET_STD,
  type ImageProcessorOptions,
  normalizeImage,
  processImage,
} from './preprocess/image-processor.js';
export { resizeBicubic } from './preprocess/resize-bicubic.js';
export { type PillowFilter, resizePillow } from './preprocess/resize-pillow.js';
export { type ClassificationLossOptions, classificationLoss, type ImageBatch } from './task/classification-loss.js';
export { type ClassifierFigures, type EvaluateOptions, evaluateClassifier } from './task/evaluate-classifier.js';
export { publishedAccuracy } from './task/published-accuracy.js';
