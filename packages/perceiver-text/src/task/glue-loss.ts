import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import type { Batch, LossFunction } from 'perceiver-training';
import { glueTasks } from '../glue/glue-tasks.js';
import { type GlueClassifier, type GlueInputs, glueOutputs } from '../model/glue-classifier.js';

/** Added to logits of classes that a task does not have. */
const OUTSIDE = -1e9;
/** Half of the range of scores, which are from 0 to 5: the unit of their error, so that it is of a cross entropy's size. */
const SCORE_UNIT = 2.5;

/** A batch of examples of one or several tasks: what `GlueInputs` says, and */
export interface GlueBatch extends Batch {
  /** float32 `[B]`: class indices, or scores of a regression */
  labels: tf.Tensor1D;
  /** int32 `[B]`: each example's task */
  taskIds: tf.Tensor1D;
}

export interface GlueLossOptions {
  /** Share of each target that is spread over all classes; 0 by default. */
  readonly labelSmoothing?: number;
}

/**
 * Mean over the batch of each example's loss: cross entropy in nats over the classes of its task, or for a score from 0 to 5 the squared
 * error in units of 2.5. In units of 1 it would outweigh the other tasks of a multitask model: about 10 at the start and 2.2 for the mean
 * score, where two classes begin at 0.69. The papers do not say how they weigh it.
 */
export function glueLoss(model: GlueClassifier, { labelSmoothing = 0 }: GlueLossOptions = {}): LossFunction<GlueBatch> {
  const { tasks } = model.config;
  const outputs = tasks.map(glueOutputs);
  const width = Math.max(...outputs);
  const isScore = tasks.map((task) => glueTasks[task].labels === 'score');
  return function glueLoss(parameters, { labels, ...inputs }, dropoutKey) {
    const { logits } = model.apply(bindParameters(parameters), inputs as GlueInputs, { training: true, dropoutKey });
    const { taskIds } = inputs as unknown as GlueBatch;
    const error = tf.slice(logits, [0, 0], [-1, 1]).squeeze([1]).sub(labels).div(SCORE_UNIT).square(); // [B]
    if (!isScore.includes(false)) return error.mean() as tf.Scalar;
    const ofTask = (values: readonly (readonly number[])[], columns: number) =>
      tf.gather(tf.tensor2d(values.flat(), [tasks.length, columns]), taskIds); // [B, columns]
    const classes = ofTask(
      outputs.map((count) => Array.from({ length: width }, (_, k) => (k < count ? 1 : 0))),
      width,
    );
    const outside = tf.scalar(1).sub(classes).mul(OUTSIDE);
    const logProbabilities = tf.logSoftmax(logits.mul(classes).add(outside) as tf.Tensor2D);
    const right = tf.oneHot(labels.cast('int32'), width).cast('float32');
    const target = right.mul(1 - labelSmoothing).add(classes.div(classes.sum(1, true)).mul(labelSmoothing));
    const entropy = logProbabilities.mul(classes).mul(target).sum(1).neg(); // [B]
    if (!isScore.includes(true)) return entropy.mean() as tf.Scalar;
    const scores = ofTask(
      isScore.map((score) => [score ? 1 : 0]),
      1,
    ).squeeze([1]);
    return entropy.mul(tf.scalar(1).sub(scores)).add(error.mul(scores)).mean() as tf.Scalar;
  };
}
