import * as tf from '@tensorflow/tfjs';
import type { ModelDeclaration } from 'perceiver-core';
import {
  type Batch,
  compileGradientStep,
  compileUpdateStep,
  fillTrainState,
  type LossFunction,
  layoutParameters,
  type Optimizer,
  type ReadNumbers,
  zeroBuffers,
} from 'perceiver-training';
import { randomKey } from 'tfjs-backend-onnxruntime';

export interface TrainingLoopOptions<B extends Batch> {
  readonly declaration: ModelDeclaration;
  readonly read: ReadNumbers;
  readonly loss: LossFunction<B>;
  readonly optimizer: Optimizer;
  /** For each step that is given no other. */
  readonly batch: B;
}

/** The trainer's two graphs, loss with gradients and update, as a function that makes one step and gives its loss. */
export async function trainingLoop<B extends Batch>(
  options: TrainingLoopOptions<B>,
): Promise<(batch?: B) => Promise<number>> {
  const { declaration, read, loss, optimizer, batch } = options;
  const members = declaration.filter(({ trainable }) => trainable).map(({ name, shape }) => ({ name, shape }));
  const layout = layoutParameters(members, optimizer.group);
  const state = await fillTrainState(optimizer, layout, { read });
  let gradients = zeroBuffers(layout);
  const gradientStep = compileGradientStep(loss, layout);
  const updateStep = compileUpdateStep(optimizer, layout);
  let step = 0;
  return async (given = batch) => {
    const key = randomKey(0, step);
    const result = await gradientStep.run(state.parameters, gradients, given, key);
    gradients = result.gradients;
    const [value] = await result.loss.data();
    tf.dispose([key, result.loss, result.metrics]);
    await updateStep.run(state, gradients, { step, fraction: 0 });
    step++;
    return value!;
  };
}
