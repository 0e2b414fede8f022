import type { Optimizer } from '../optimizers/optimizer.js';
import type { TensorRecord } from '../optimizers/transformation.js';
import type { FlatBuffers } from '../parameters/flat-buffers.js';
import type { BatchSource } from './batch-source.js';
import type { Cadence } from './cadence.js';
import type { Batch, LossFunction } from './loss-function.js';
import type { Snapshot } from './snapshot.js';

/** How long to train: whichever limit is reached first. At least one is needed. */
export interface Budget {
  readonly steps?: number;
  /** Minutes of training, evaluations and earlier sessions included. */
  readonly minutes?: number;
}

/** What is known after an update. */
export interface StepReport {
  /** Updates made, this one included. */
  readonly step: number;
  /** Time spent, earlier sessions included. */
  readonly seconds: number;
  /** Share of the budget used. */
  readonly fraction: number;
  readonly loss: number;
  /** The loss function's metrics, `learningRate`, `gradientNorm` and, where measured, `updateNorm`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What is known after an evaluation. */
export interface EvaluationReport {
  readonly step: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether this is the best so far. */
  readonly best: boolean;
}

/** Runs on the parameters, with the buffers among them, between steps and must not keep or change them. */
export interface Evaluation extends Cadence {
  /** Figures of the current parameters; `averaged` is the moving average, where one is kept, with the same buffers. */
  readonly run: (
    parameters: TensorRecord,
    context: { step: number; averaged?: TensorRecord },
  ) => Promise<Record<string, number>>;
  /** Also before the first step; default false. */
  readonly atStart?: boolean;
  /** Also after the last step; default true. */
  readonly atEnd?: boolean;
  /** The metric by which the best checkpoint is kept; lower is better unless `higherIsBetter`. */
  readonly bestBy?: { readonly metric: string; readonly higherIsBetter?: boolean };
}

/** Where a run is recorded; a run directory is one. All functions are optional, and awaited. */
export interface Recorder {
  readonly onStep?: (report: StepReport) => void | Promise<void>;
  readonly onEvaluation?: (report: EvaluationReport) => void | Promise<void>;
  /** Keeps a checkpoint. If it throws, training goes on and `onWarning` is told, unless it was the last. */
  readonly save?: (snapshot: Snapshot) => Promise<void>;
  readonly onWarning?: (message: string) => void | Promise<void>;
}

export interface TrainOptions<B extends Batch> {
  readonly loss: LossFunction<B>;
  /** Initial values; taken over and disposed. A resumed run takes their names and shapes, and its own values. */
  readonly parameters: TensorRecord;
  /**
   * State that is carried and not trained, float32, such as a batch norm's running statistics: initial values, taken over and
   * disposed. The loss reads it among the parameters and may return new values; checkpoints hold it; the moving average
   * leaves it alone. With `accumulate` each batch's loss sees what the one before left; `exchange` does not touch it.
   */
  readonly buffers?: TensorRecord;
  readonly optimizer: Optimizer;
  readonly data: BatchSource<B>;
  readonly budget: Budget;
  /** Seed of dropout and whatever else the loss draws from its key. */
  readonly seed?: number;
  /** Batches whose gradients are averaged for one update. */
  readonly accumulate?: number;
  /** Keeps an exponential moving average of the parameters with this decay. */
  readonly averageDecay?: number;
  /** The norm of the update is measured every so many steps (0: never); it costs a pass over the parameters. */
  readonly measureEvery?: number;
  readonly evaluation?: Evaluation;
  readonly checkpoint?: Cadence;
  /** Go on from here. */
  readonly resume?: Snapshot;
  readonly recorders?: readonly Recorder[];
  /** Stops after the current step, saves, and returns with `stopped: 'signal'`. */
  readonly signal?: AbortSignal;
  /** Between the two graphs of a step: replaces the gradients, as by their mean over machines. Takes over what it is given. */
  readonly exchange?: (gradients: FlatBuffers) => Promise<FlatBuffers>;
  /** A clock in seconds, for budgets, rates and logs. */
  readonly now?: () => number;
}
