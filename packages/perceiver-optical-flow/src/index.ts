export { decodeFlo, encodeFlo } from './files/flo-file.js';
export { FLOW_EXTENSIONS, readFlow, writeFlow } from './files/flow-files.js';
export { decodeKittiPng, encodeKittiPng } from './files/kitti-png.js';
export { decodeNetpbm, encodeNetpbm, type NetpbmImage, rgbOfNetpbm } from './files/netpbm-file.js';
export { decodePfm, encodePfm, type FloatMap, flowOfMap, mapOfFlow } from './files/pfm-file.js';
export { readFrame } from './files/read-frame.js';
export { FlowError } from './flow-error.js';
export { checkFlow, constantFlow, type FlowField } from './flow-field.js';
export { flowConfigText, parseFlowConfig } from './load/flow-config.js';
export { bestConstant } from './metrics/best-constant.js';
export { type FlowControls, flowControls } from './metrics/flow-controls.js';
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
export { type DrawArrowsOptions, drawArrows } from './pictures/draw-arrows.js';
export { errorMap } from './pictures/error-map.js';
export { colourFlow, longestFlow } from './pictures/flow-colours.js';
export { type FlowScene, type FlowView, flowPicture, flowViews } from './pictures/flow-picture.js';
export { warpFrame } from './pictures/warp-frame.js';
export { OpticalFlow } from './predict/optical-flow.js';
export {
  type EstimateFlowOptions,
  FLOW_SCALE,
  type OpticalFlowPredictor,
  opticalFlowPredictor,
} from './predict/optical-flow-predictor.js';
export { SMALLEST_SIDE } from './predict/padded-pair.js';
export { type FlowStitcher, flowStitcher } from './tiles/flow-stitcher.js';
export { MIN_OVERLAP, type Size, tileCorners } from './tiles/tile-corners.js';
export { tileWeights } from './tiles/tile-weights.js';
export { type EstimatedPair, estimateSequence } from './video/estimate-sequence.js';
export { listFrames, readFrames } from './video/frame-folder.js';
export { type VideoFrames, videoFrames } from './video/video-frames.js';
