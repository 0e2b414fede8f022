export {
  type MultimodalAutoencoderModel,
  type MultimodalInputs,
  type MultimodalLogits,
  type MultimodalOutputs,
  multimodalAutoencoder,
} from './model/multimodal-autoencoder.js';
export {
  audioSamples,
  type MultimodalArchitecture,
  type MultimodalAutoencoderConfig,
  multimodalConfigFromHub,
  releasedMultimodalArchitecture,
} from './model/multimodal-config.js';
export { multimodalPresets } from './model/presets/multimodal-presets.js';
export { type DecodeClipOptions, type DecodedClip, decodeClip } from './predict/decode-clip.js';
export { encodeClip, type ModelClip } from './predict/encode-clip.js';
export { spaceToDepth } from './preprocess/space-to-depth.js';
