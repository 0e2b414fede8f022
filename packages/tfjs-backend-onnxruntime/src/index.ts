export { aliasViews, type FlatLayout, peek } from './alias-views.js';
export { OnnxRuntimeBackend } from './backend.js';
export { KernelMissingError, UnsupportedError } from './errors.js';
export { DynamicBatchError } from './export/dynamic-batch.js';
export { type ExportedModel, type ExportOptions, exportOnnx } from './export/export-onnx.js';
export { exportsModel } from './export/exports-model.js';
export type { FileRegion } from './graph/value.js';
export { type JitOptions, type Jitted, jit } from './jit.js';
export { mapTensor } from './map-tensor.js';
export { flatten, unflatten } from './nested.js';
export { type AttentionOptions, attention, attentionIsFused, joinHeads, splitHeads } from './ops/attention.js';
export { counterBits, keyWords } from './ops/counter-bits.js';
export { gelu } from './ops/gelu.js';
export { layerNorm } from './ops/layer-norm.js';
export { linear } from './ops/linear.js';
export {
  counterUniform,
  dropout,
  dropoutMask,
  foldIn,
  type RandomKey,
  randomKey,
} from './ops/random.js';
export { repeat } from './ops/repeat.js';
export { type RotaryEmbeddingOptions, rotaryEmbedding } from './ops/rotary-embedding.js';
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.js';
export { BACKEND_NAME, registerOnnxRuntime } from './register.js';
export type { OnnxRuntime, SessionOptions } from './runtime/runtime.js';
export {
  type EngineName,
  EngineUnavailableError,
  engineNames,
  type SelectEngineOptions,
  type SelectedEngine,
  selectEngine,
} from './select-engine.js';
