import * as tf from '@tensorflow/tfjs';
import type { Clock } from '../schedules/schedule.js';
import type { Optimizer } from './optimizer.js';
import type { ScalarRecord } from './transformation.js';

/** This step's numbers of an optimiser as rank 0 tensors; the caller disposes them. */
export function optimizerScalars(optimizer: Pick<Optimizer, 'numbers'>, clock: Clock): ScalarRecord {
  return Object.fromEntries(
    Object.entries(optimizer.numbers(clock)).map(([name, value]) => [name, tf.scalar(value, 'float32')]),
  );
}
