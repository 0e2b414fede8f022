export { kinetics700Labels, labelNames } from './labels/label-names.js';
export {
  type MultimodalDescription,
  multimodalConfigText,
  parseMultimodalDescription,
} from './load/multimodal-description.js';
export {
  type MultimodalAutoencoderModel,
  type MultimodalInputs,
  type MultimodalLogits,
  type MultimodalOutputs,
  multimodalAutoencoder,
} from './model/multimodal-autoencoder.js';
export {
  audioPatches,
  audioSamples,
  type MultimodalArchitecture,
  type MultimodalAutoencoderConfig,
  multimodalConfigFromHub,
  releasedMultimodalArchitecture,
} from './model/multimodal-config.js';
export { multimodalPresets } from './model/presets/multimodal-presets.js';
export { contactSheet, sideBySide } from './output/contact-sheet.js';
export { type WrittenReconstruction, writeReconstruction } from './output/write-reconstruction.js';
export {
  type ClipDecoder,
  clipDecoder,
  type DecodeClipOptions,
  type DecodedClip,
  type PointRange,
} from './predict/clip-decoder.js';
export { type ClipEncoder, clipEncoder, type ModelClip } from './predict/clip-encoder.js';
export { type ClipShape, clipShape } from './predict/clip-shape.js';
export { type Compression, compressionOf, describeCompression } from './predict/compression.js';
export {
  type LabelProbability,
  MultimodalAutoencoder,
  type MultimodalPredictor,
  multimodalPredictor,
  type ReconstructedWindow,
  type Reconstruction,
  type ReconstructOptions,
} from './predict/multimodal-predictor.js';
export type { Psnr } from './predict/psnr.js';
export {
  type Clip,
  type ClipSource,
  type ReadClipOptions,
  readClipSource,
  type WindowedClip,
} from './predict/read-clip-source.js';
export { spaceToDepth } from './preprocess/space-to-depth.js';
export {
  type MultimodalBatch,
  type MultimodalLossWeights,
  multimodalLoss,
  paperLossWeights,
} from './task/multimodal-loss.js';
