import type * as tf from '@tensorflow/tfjs';
import type { RandomKey } from 'tfjs-backend-onnxruntime';
import type { ScalarRecord, TensorRecord } from '../optimizers/transformation.js';

/** A batch: tensors by name. */
export type Batch = TensorRecord;

/** A loss, with figures to log beside it. */
export interface LossAndMetrics {
  readonly loss: tf.Scalar;
  readonly metrics: ScalarRecord;
  /** New values of buffers by name, such as a batch norm's running statistics; those left out stay. No gradient passes through them. */
  readonly buffers?: TensorRecord;
}

/**
 * A pure function of tensors that is traced and differentiated with respect to the trained `parameters`; the run's buffers
 * are among them, by their names. All randomness (dropout, masks) comes from `key`, which is new at each step.
 */
export type LossFunction<B extends Batch = Batch> = (
  parameters: TensorRecord,
  batch: B,
  key: RandomKey,
) => tf.Scalar | LossAndMetrics;
