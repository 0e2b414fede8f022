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
  /** New values of the buffers that the loss gave. */
  readonly buffers: TensorRecord;
}

/** The first graph of a step: loss and gradients. */
export interface GradientStep<B extends Batch> {
  /**
   * `destination` is used up: its memory takes the gradients where the engine allows it. With `accumulate` its numbers are
   * added to. `buffers` are tensors that the loss reads among the parameters and does not train.
   */
  run(
    parameters: FlatBuffers,
    destination: FlatBuffers,
    batch: B,
    key: RandomKey,
    options?: { accumulate?: boolean; buffers?: TensorRecord },
  ): Promise<GradientResult>;
  dispose(): Promise<void>;
}

type Inputs<P, B> = [
  parameters: P,
  destination: P,
  batch: B,
  key: RandomKey,
  buffers: TensorRecord,
  accumulate: boolean,
];
type Outputs = [gradients: TensorRecord, loss: tf.Scalar, metrics: ScalarRecord, buffers: TensorRecord];

/**
 * Compiles the loss and its gradients with respect to all parameters; a parameter that the loss does not use gets zeros.
 * Where views share memory, the graph reads the parameters and writes the gradients in the flat buffers themselves.
 */
export function compileGradientStep<B extends Batch>(loss: LossFunction<B>, layout: ParameterLayout): GradientStep<B> {
  const name = `${loss.name || 'loss'} and gradients`;
  const inPlace: Jitted<Inputs<TensorRecord, B>, Outputs> = jit(
    (parameters, destination, batch, key, buffers, accumulate) => {
      const { gradients, value, metrics, updated } = differentiate(loss, parameters, { batch, key, buffers });
      return [accumulate ? addRecords(destination, gradients) : gradients, value, metrics, updated];
    },
    { name, donate: [1] },
  );
  const copying: Jitted<Inputs<FlatBuffers, B>, Outputs> = jit(
    (parameters, destination, batch, key, buffers, accumulate) => {
      const sliced = sliceParameters(layout, parameters);
      const { gradients, value, metrics, updated } = differentiate(loss, sliced, { batch, key, buffers });
      const joined = joinParameters(layout, gradients);
      return [accumulate ? addRecords(destination, joined) : joined, value, metrics, updated];
    },
    { name, donate: [1] },
  );
  return {
    run: async (parameters, destination, batch, key, { accumulate = false, buffers = {} } = {}) => {
      if (!sharesMemory()) {
        const [gradients, value, metrics, updated] = await copying(
          parameters,
          destination,
          batch,
          key,
          buffers,
          accumulate,
        );
        return { gradients: gradients as FlatBuffers, loss: value, metrics, buffers: updated };
      }
      const views = viewParameters(layout, parameters);
      const [gradients, value, metrics, updated] = await inPlace(
        views,
        viewParameters(layout, destination),
        batch,
        key,
        buffers,
        accumulate,
      );
      tf.dispose([views, gradients]);
      return { gradients: destination, loss: value, metrics, buffers: updated };
    },
    dispose: async () => {
      await inPlace.dispose();
      await copying.dispose();
    },
  };
}

function differentiate<B extends Batch>(
  loss: LossFunction<B>,
  parameters: TensorRecord,
  { batch, key, buffers }: { batch: B; key: RandomKey; buffers: TensorRecord },
) {
  const kept: { metrics: ScalarRecord; buffers: TensorRecord } = { metrics: {}, buffers: {} };
  const names = Object.keys(parameters);
  const { value, grads } = tf.engine().gradients(
    () => {
      const result = loss({ ...parameters, ...buffers }, batch, key);
      if (result instanceof tf.Tensor) return result;
      // Kept, since the forward scope ends before the backward pass begins.
      for (const [name, metric] of Object.entries(result.metrics)) kept.metrics[name] = tf.keep(metric.clone());
      for (const [name, value] of Object.entries(result.buffers ?? {})) {
        checkBuffer(name, value, buffers[name]);
        kept.buffers[name] = tf.keep(value.clone());
      }
      return result.loss;
    },
    names.map((name) => parameters[name]!),
    undefined,
    false,
  );
  if (value.rank !== 0) throw new RangeError(`loss: expected a rank 0 tensor, got [${value.shape}]`);
  const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i] ?? tf.zerosLike(parameters[name]!)]));
  const metrics = cloneRecord(kept.metrics);
  const updated = cloneRecord(kept.buffers);
  tf.dispose(kept);
  return { gradients, value: value as tf.Scalar, metrics, updated };
}

function checkBuffer(name: string, value: tf.Tensor, buffer: tf.Tensor | undefined): void {
  if (buffer === undefined)
    throw new TypeError(`loss: expected new values of the run's buffers only, got some for '${name}', which is none`);
  if (`${value.shape}` !== `${buffer.shape}` || value.dtype !== buffer.dtype)
    throw new RangeError(
      `buffer ${name}: expected new values ${buffer.dtype} [${buffer.shape}], got ${value.dtype} [${value.shape}]`,
    );
}

function cloneRecord<T extends tf.Tensor>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, tensor]) => [name, tensor.clone() as T]));
}

function addRecords(a: TensorRecord, b: TensorRecord): TensorRecord {
  return Object.fromEntries(Object.entries(b).map(([name, tensor]) => [name, a[name]!.add(tensor)]));
}
