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
export { spaceToDepth } from './preprocess/space-to-depth.js';
