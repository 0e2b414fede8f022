import * as tf from '@tensorflow/tfjs';
import { type Jitted, jit, type RandomKey } from 'tfjs-backend-onnxruntime';
import type { ScalarRecord, TensorRecord } from '../optimizers/transformation.js';
import { type FlatBuffers, joinParameters, sliceParameters, viewParameters } from '../parameters/flat-buffers.js';
import type { ParameterLayout } from '../parameters/parameter-layout.js';
import { sharesMemory } from '../parameters/shares-memory.js';
import type { Batch, LossFunction } from './loss-function.js';

/** What the first graph of a step gives. The caller disposes all of it. */
export interface GradientResult {
  readonly gradients: FlatBuffers;
  readonly loss: tf.Scalar;
  readonly metrics: ScalarRecord;
}

/** The first graph of a step: loss and gradients. */
export interface GradientStep<B extends Batch> {
  /**
   * `destination` is used up: its memory takes the gradients where the engine allows it. With `accumulate` its numbers are
   * added to.
   */
  run(
    parameters: FlatBuffers,
    destination: FlatBuffers,
    batch: B,
    key: RandomKey,
    options?: { accumulate?: boolean },
  ): Promise<GradientResult>;
  dispose(): Promise<void>;
}

type Outputs = [gradients: TensorRecord, loss: tf.Scalar, metrics: ScalarRecord];

/**
 * Compiles the loss and its gradients with respect to all parameters; a parameter that the loss does not use gets zeros.
 * Where views share memory, the graph reads the parameters and writes the gradients in the flat buffers themselves.
 */
export function compileGradientStep<B extends Batch>(loss: LossFunction<B>, layout: ParameterLayout): GradientStep<B> {
  const name = `${loss.name || 'loss'} and gradients`;
  const inPlace: Jitted<[TensorRecord, TensorRecord, B, RandomKey, boolean], Outputs> = jit(
    (parameters, destination, batch, key, accumulate) => {
      const { gradients, value, metrics } = differentiate(loss, parameters, batch, key);
      return [accumulate ? addRecords(destination, gradients) : gradients, value, metrics];
    },
    { name, donate: [1] },
  );
  const copying: Jitted<[FlatBuffers, FlatBuffers, B, RandomKey, boolean], Outputs> = jit(
    (parameters, destination, batch, key, accumulate) => {
      const { gradients, value, metrics } = differentiate(loss, sliceParameters(layout, parameters), batch, key);
      const joined = joinParameters(layout, gradients);
      return [accumulate ? addRecords(destination, joined) : joined, value, metrics];
    },
    { name, donate: [1] },
  );
  return {
    run: async (parameters, destination, batch, key, { accumulate = false } = {}) => {
      if (!sharesMemory()) {
        const [gradients, value, metrics] = await copying(parameters, destination, batch, key, accumulate);
        return { gradients: gradients as FlatBuffers, loss: value, metrics };
      }
      const views = viewParameters(layout, parameters);
      const [gradients, value, metrics] = await inPlace(
        views,
        viewParameters(layout, destination),
        batch,
        key,
        accumulate,
      );
      tf.dispose([views, gradients]);
      return { gradients: destination, loss: value, metrics };
    },
    dispose: async () => {
      await inPlace.dispose();
      await copying.dispose();
    },
  };
}

function differentiate<B extends Batch>(loss: LossFunction<B>, parameters: TensorRecord, batch: B, key: RandomKey) {
  const kept: ScalarRecord = {};
  const names = Object.keys(parameters);
  const { value, grads } = tf.engine().gradients(
    () => {
      const result = loss(parameters, batch, key);
      if (result instanceof tf.Tensor) return result;
      // Kept, since the forward scope ends before the backward pass begins.
      for (const [name, metric] of Object.entries(result.metrics)) kept[name] = tf.keep(metric.clone());
      return result.loss;
    },
    names.map((name) => parameters[name]!),
    undefined,
    false,
  );
  if (value.rank !== 0) throw new RangeError(`loss: expected a rank 0 tensor, got [${value.shape}]`);
  const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i] ?? tf.zerosLike(parameters[name]!)]));
  const metrics = Object.fromEntries(Object.entries(kept).map(([name, metric]) => [name, metric.clone()]));
  tf.dispose(kept);
  return { gradients, value: value as tf.Scalar, metrics };
}

function addRecords(a: TensorRecord, b: TensorRecord): TensorRecord {
  return Object.fromEntries(Object.entries(b).map(([name, tensor]) => [name, a[name]!.add(tensor)]));
}
