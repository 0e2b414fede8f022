import { hubEncoderFields, parseHubConfig } from 'perceiver-core';
import type { OpticalFlowModelConfig } from '../model/optical-flow-model.js';

/** Text of a `config.json` that Hugging Face's PerceiverForOpticalFlow reads too, if bands and features are its usual 64. */
export function flowConfigText(config: OpticalFlowModelConfig): string {
  const { encoder, frameSize, numBands, patchFeatures, rescaleFactor } = config;
  const json = {
    ...hubEncoderFields(encoder),
    architectures: ['PerceiverForOpticalFlow'],
    train_size: frameSize,
    flow_num_bands: numBands,
    flow_patch_features: patchFeatures,
    flow_rescale_factor: rescaleFactor,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/**
 * Reads the `config.json` of an optical flow model: Hugging Face's, or one of {@link flowConfigText}.
 *
 * @throws ModelError
 */
export function parseFlowConfig(json: unknown): OpticalFlowModelConfig {
  const { encoder, numbersIn, numberIn } = parseHubConfig(json);
  const [height, width] = numbersIn('train_size', 2, [368, 496]) as [number, number];
  return {
    frameSize: [height, width],
    encoder,
    numBands: numberIn('flow_num_bands', 64),
    patchFeatures: numberIn('flow_patch_features', 64),
    rescaleFactor: numberIn('flow_rescale_factor', 100),
  };
}
