export {
  type AverageHead,
  type ImageClassifierConfig,
  type ImageClassifierModel,
  type ImageClassifierOutputs,
  imageClassifier,
  type QueryHead,
} from './image-classifier.js';
export type {
  ConvolvedPixels,
  FourierPixels,
  ImageInput,
  ImageInputs,
  LearnedPositions,
  PlainPixels,
} from './image-input.js';
export { type ImageInputConfig, imageInputAdapter, inputChannels } from './image-input-adapter.js';
export { inputGrid } from './input-grid.js';
export { type PatchOptions, patchesAlong, pixelPatches } from './pixel-patches.js';
export { type ImageClassifierPreset, imageClassifierPresets } from './presets/image-presets.js';
