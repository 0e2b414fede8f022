import type * as tf from '@tensorflow/tfjs';
import type { Clock } from '../schedules/schedule.js';
import type { Factor } from './factor.js';
import type { Member, ScalarRecord, TensorRecord } from './transformation.js';

/** Moment name -> parameter name -> tensor of the parameter's shape. */
export type OptimizerState = Record<string, TensorRecord>;

/** A tensor to update with what belongs to it; it may be a parameter, a flat group of them, or a piece of such a group. */
export interface Unit {
  readonly gradient: tf.Tensor;
  readonly parameter: tf.Tensor;
  /** Moment name -> tensor. */
  readonly moments: TensorRecord;
  /** The parameter, or any one of its group. */
  readonly member: Member;
}

/** A unit after the update. */
export interface UpdatedUnit {
  readonly parameter: tf.Tensor;
  readonly moments: TensorRecord;
  /** L2 norm of what was subtracted, where asked for. */
  readonly updateNorm?: tf.Scalar;
}

/**
 * An optimiser is a value: `init` makes its state, `update` is a pure function of tensors, fit for `jit`. The remaining
 * members let a trainer run the same update on flat buffers and in pieces: a common `scaleOf` the gradients' norm, then
 * `updateUnit` for each.
 */
export interface Optimizer {
  /** Names of the tensors kept per parameter. */
  readonly moments: readonly string[];
  /** Whether {@link Optimizer.scaleOf} and {@link Optimizer.updateUnit} may be used. */
  readonly separable: boolean;
  /** Whether units must be whole parameters (LAMB's norms), rather than any cut of a group. */
  readonly wholeTensors: boolean;
  /** Parameters of one group may be laid in one buffer. */
  readonly group: (member: Member) => string;
  /** State for parameters: zeros. */
  readonly init: (parameters: TensorRecord) => OptimizerState;
  /** Numbers of a step (learning rate, bias corrections), to be fed as rank 0 tensors; see {@link optimizerScalars}. */
  readonly numbers: (clock: Clock) => Record<string, number>;
  /** Factor of the gradients, from their common L2 norm. */
  readonly scaleOf: (gradientNorm: tf.Scalar) => Factor;
  /** The update of one unit whose gradient is still to be multiplied by `scale`. */
  readonly updateUnit: (
    unit: Unit,
    scale: Factor,
    numbers: ScalarRecord,
    options?: { measure?: boolean },
  ) => UpdatedUnit;
  /** One step: new parameters and state. `numbers` are this step's, as tensors. */
  readonly update: (
    gradients: TensorRecord,
    state: OptimizerState,
    parameters: TensorRecord,
    numbers: ScalarRecord,
  ) => { parameters: TensorRecord; state: OptimizerState };
}
