import type * as tf from '@tensorflow/tfjs';
import type { Clock } from '../schedules/schedule.js';
import type { Factor } from './factor.js';
import type { LinearUpdate } from './linear-update.js';

/** Tensors by name. */
export type TensorRecord = Record<string, tf.Tensor>;

/** Rank 0 float32 tensors by name. */
export type ScalarRecord = Record<string, tf.Scalar>;

/** A parameter's name and shape, by which masks decide. */
export interface Member {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a transformation sees of one tensor. */
export interface ElementContext {
  /** The parameter before the update. */
  readonly parameter: tf.Tensor;
  /** The transformation's moments of this tensor, by their declared names. */
  readonly moments: TensorRecord;
  /** The transformation's numbers of this step. */
  readonly numbers: ScalarRecord;
  /** The parameter, or the first of a flat group of parameters for which {@link Transformation.group} is equal. */
  readonly member: Member;
}

interface TransformationBase {
  readonly name: string;
  /** Tensors kept between steps, one per parameter, zeros at the start. */
  readonly moments?: readonly string[];
  /** Parameters that the transformation treats alike have the same group. */
  readonly group?: (member: Member) => string;
  /** Numbers of a step, computed on the host in float64 (float32 is too coarse for `1 - 0.999 ** t`). */
  readonly numbers?: (clock: Clock) => Record<string, number>;
}

/** Works element by element (`reach: 'element'`: any cut of the parameters will do) or needs each tensor whole (`'tensor'`). */
export interface LocalTransformation extends TransformationBase {
  readonly reach: 'element' | 'tensor';
  readonly apply: (update: LinearUpdate, context: ElementContext) => { update: LinearUpdate; moments?: TensorRecord };
}

/** Multiplies all updates by one factor of their common L2 norm. */
export interface GlobalTransformation extends TransformationBase {
  readonly reach: 'global';
  readonly factor: (globalNorm: tf.Scalar) => Factor;
}

/** One link of a chain: a value without state of its own. */
export type Transformation = LocalTransformation | GlobalTransformation;
