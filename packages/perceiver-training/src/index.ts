export { type AdamOptions, adam } from './optimizers/adam.js';
export { adamw } from './optimizers/adamw.js';
export { addDecayedWeights } from './optimizers/add-decayed-weights.js';
export { chain } from './optimizers/chain.js';
export { type ClipByGlobalNormOptions, clipByGlobalNorm } from './optimizers/clip-by-global-norm.js';
export { type DecayMask, decayEverything, decayMatrices } from './optimizers/decay-mask.js';
export type { Factor } from './optimizers/factor.js';
export { isHiddenMatrix } from './optimizers/hidden-matrices.js';
export { lamb } from './optimizers/lamb.js';
export type { LinearUpdate } from './optimizers/linear-update.js';
export { muon } from './optimizers/muon.js';
export type { Optimizer, OptimizerState, Unit, UpdatedUnit } from './optimizers/optimizer.js';
export { optimizerScalars } from './optimizers/optimizer-scalars.js';
export { type AdamMoments, scaleByAdam } from './optimizers/scale-by-adam.js';
export { scaleByMomentum } from './optimizers/scale-by-momentum.js';
export { type MuonOptions, scaleByMuon } from './optimizers/scale-by-muon.js';
export { scaleBySchedule } from './optimizers/scale-by-schedule.js';
export { scaleByTrustRatio } from './optimizers/scale-by-trust-ratio.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export type {
  ElementContext,
  GlobalTransformation,
  LocalTransformation,
  Member,
  ScalarRecord,
  TensorRecord,
  Transformation,
} from './optimizers/transformation.js';
export {
  type FlatBuffers,
  fillBuffers,
  type ReadNumbers,
  readParameters,
  viewParameters,
  zeroBuffers,
} from './parameters/flat-buffers.js';
export {
  countNumbers,
  layoutParameters,
  membersOf,
  type ParameterGroup,
  type ParameterLayout,
} from './parameters/parameter-layout.js';
export { type HostRandom, hostRandom } from './random/host-random.js';
export { permutation } from './random/permutation.js';
export { DATA_STREAM, FIRST_FREE_STREAM, INITIALIZATION_STREAM, STEP_STREAM } from './random/streams.js';
export { constant } from './schedules/constant.js';
export { type ConstantCosineOptions, constantCosine } from './schedules/constant-cosine.js';
export { cosine } from './schedules/cosine.js';
export { overBudget } from './schedules/over-budget.js';
export { type Clock, type NumberOrSchedule, type Schedule, valueAt } from './schedules/schedule.js';
export { type StepDecayOptions, stepDecay } from './schedules/step-decay.js';
export { type WarmupCosineOptions, warmupCosine } from './schedules/warmup-cosine.js';
export { warmupLinear } from './schedules/warmup-linear.js';
export { type BatchSource, indexedBatches, type Json } from './trainer/batch-source.js';
export type { Cadence } from './trainer/cadence.js';
export { ResumeError } from './trainer/check-resumable.js';
export { type FillTrainStateOptions, fillTrainState } from './trainer/fill-train-state.js';
export { compileGradientStep, type GradientResult, type GradientStep } from './trainer/gradient-step.js';
export type { Batch, LossAndMetrics, LossFunction } from './trainer/loss-function.js';
export { NonFiniteError } from './trainer/non-finite-error.js';
export { BUFFERS, PARAMETERS, type RunProgress, type Snapshot } from './trainer/snapshot.js';
export { type TrainResult, train } from './trainer/train.js';
export type {
  Budget,
  Evaluation,
  EvaluationReport,
  Recorder,
  StepReport,
  TrainOptions,
} from './trainer/train-options.js';
export {
  AVERAGE,
  compileUpdateStep,
  type TrainState,
  type UpdateNorms,
  type UpdateOptions,
  type UpdateStep,
} from './trainer/update-step.js';
