export { FlowError } from './flow-error.js';
export { constantFlow, type FlowField } from './flow-field.js';
export { flowConfigText, parseFlowConfig } from './load/flow-config.js';
export { axisFeatures, gridFeatures } from './model/flow-positions.js';
export { neighbourhoods, PATCH_CHANNELS, patchRows } from './model/neighbourhoods.js';
export {
  flowDecoder,
  type OpticalFlowInputs,
  type OpticalFlowModel,
  type OpticalFlowModelConfig,
  type OpticalFlowOutputs,
  opticalFlowModel,
  resolveOpticalFlowConfig,
} from './model/optical-flow-model.js';
export { opticalFlowPresets } from './model/presets/optical-flow-presets.js';
export { OpticalFlow } from './predict/optical-flow.js';
export {
  type EstimateFlowOptions,
  FLOW_SCALE,
  type OpticalFlowPredictor,
  opticalFlowPredictor,
} from './predict/optical-flow-predictor.js';
export { type FlowStitcher, flowStitcher } from './tiles/flow-stitcher.js';
export { MIN_OVERLAP, type Size, tileCorners } from './tiles/tile-corners.js';
export { tileWeights } from './tiles/tile-weights.js';
