export { type PerceiverARCache, trimCache } from './autoregressive/cache.js';
export {
  type PerceiverARConfig,
  type ResolvedPerceiverARConfig,
  resolvePerceiverARConfig,
} from './autoregressive/config.js';
export {
  type PerceiverARInputs,
  type PerceiverAROptions,
  type PerceiverAROutputs,
  runPerceiverAR,
} from './autoregressive/perceiver-ar.js';
export {
  inverseFrequencies,
  type RotaryLayout,
  type Rotation,
  rotaryPhases,
  rotate,
  rotationOf,
} from './autoregressive/rotary.js';
export {
  type ChunkedCrossAttend,
  type ChunkedCrossAttendOptions,
  type ChunkedRunOptions,
  chunkedCrossAttend,
  type LongInput,
} from './chunked/chunked-cross-attend.js';
export {
  type ChunkedDecode,
  type ChunkedDecodeOptions,
  chunkedDecode,
  type DecodeCallOptions,
  type DecodedChunk,
} from './chunked/chunked-decode.js';
export { type ChunkedEncoder, type ChunkedEncoderOptions, chunkedEncoder } from './chunked/chunked-encoder.js';
export { arrayRows, type PaddedRows, type RowSource } from './chunked/row-source.js';
export { type DecoderConfig, decode } from './decoder.js';
export {
  type EncoderConfig,
  type EncoderStep,
  encode,
  encodeAndProcess,
  encodeLayerOptions,
  encoderSteps,
  type InputArray,
  initialLatents,
  processBlock,
} from './encoder.js';
export { ModelError, ParameterError } from './errors.js';
export {
  type AttentionSizes,
  attentionLayerFlops,
  type PerceiverFlops,
  perceiverFlops,
} from './flops/analytic-flops.js';
export { tracedFlops } from './flops/traced-flops.js';
export type { OutputLayer } from './folded/fold-decoder.js';
export { type FoldPlan, type FoldSizes, planFolds } from './folded/fold-plan.js';
export { type HubConfig, parseHubConfig } from './hub/hub-config.js';
export { hubEncoderFields } from './hub/hub-fields.js';
export {
  type JsonFields,
  numberIn,
  numberOr,
  type PackageClassifier,
  parsePackageClassifier,
} from './hub/package-classifier.js';
export { type AttentionLayerOptions, crossAttend, selfAttend } from './layers/attention-layer.js';
export { type BufferUpdate, batchNormAffine, batchNormTraining } from './layers/batch-norm.js';
export {
  type ConvolutionInput,
  type ConvolutionOptions,
  convolution,
  type NormedConvolutionOptions,
  normedConvolution,
} from './layers/convolution.js';
export { type DenseOptions, dense, type NormOptions, norm } from './layers/dense.js';
export { intermediateRecorder } from './layers/intermediate-recorder.js';
export { hubLayerNames, type LayerNames, perceiverIoLayerNames } from './layers/layer-names.js';
export { type Activation, type MlpOptions, mlp } from './layers/mlp.js';
export { evaluation, type RunContext, type RunOptions, runContext } from './layers/run-context.js';
export { attentionMaskBias, keptAny, MASKED_SCORE } from './layers/score-bias.js';
export { type ModalityInput, multimodalInput } from './multimodal/multimodal-input.js';
export { type ModalityOutput, multimodalOutput } from './multimodal/multimodal-output.js';
export { type ModalityQuery, multimodalQuery, queryWidth } from './multimodal/multimodal-query.js';
export { paddingVector } from './multimodal/pad-channels.js';
export {
  type Declarable,
  declareParameters,
  isDecayed,
  type ModelDeclaration,
  type ParameterDeclaration,
  parameterCount,
} from './parameters/declare-parameters.js';
export { type InitializerFamily, initializeParameters, initialValues } from './parameters/initialize-parameters.js';
export {
  buffer,
  embedding,
  type Initializer,
  latentArray,
  linearBias,
  linearWeight,
  normOffset,
  normScale,
  type ParameterKind,
  trainablePosition,
  trainableQuery,
  zeroBias,
  zeroWeight,
} from './parameters/initializer.js';
export type { Model } from './parameters/model.js';
export { perceiverIoPackageName } from './parameters/package-names.js';
export { bindParameters, type ParameterSource, type Scope, scopeOver } from './parameters/scope.js';
export { type Perceiver, runPerceiver } from './perceiver.js';
export {
  type InputAdapter,
  type OutputAdapter,
  type PerceiverIO,
  type PerceiverIOResult,
  perceiverLatents,
  type QueryProvider,
  type QuerySource,
  runPerceiverIO,
} from './perceiver-io.js';
export { cropFourierFeatures } from './positions/crop-fourier-features.js';
export { type FourierOptions, fourierChannels, fourierFeatures } from './positions/fourier-features.js';
export {
  axisFourierFeatures,
  type GridFourierOptions,
  gridFourierFeatures,
} from './positions/grid-fourier-features.js';
export { axisPositions, gridPositions, type PositionRule } from './positions/grid-positions.js';
export { linspace } from './positions/linspace.js';
export { pointFourierFeatures } from './positions/point-fourier-features.js';
export { trainablePositions } from './positions/trainable-positions.js';
export { joinRowParts, type RowParts } from './row-parts/row-parts.js';
export type { TensorSpec, TensorSpecs } from './tracing/tensor-spec.js';
export { type ShapeTrace, traceShapes } from './tracing/trace-shapes.js';
export { trainableQueries } from './trainable-query.js';
