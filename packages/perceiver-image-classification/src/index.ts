export { imageClassifierConfigFromHub } from './load/hub-config.js';
export { averagingClassifierConfig, imageClassifierConfigFromPackage } from './load/package-config.js';
export * from './model/index.js';
export { centreCrop } from './preprocess/centre-crop.js';
export { fitImage, type ImageProcessorOptions, normalizeImage, processImage } from './preprocess/image-processor.js';
export { resizeBicubic } from './preprocess/resize-bicubic.js';
