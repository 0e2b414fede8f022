import * as tf from '@tensorflow/tfjs';
import { aliasViews, type FlatLayout, peek } from 'tfjs-backend-onnxruntime';
import type { TensorRecord } from '../optimizers/transformation.js';
import { PADDING, type ParameterLayout } from './parameter-layout.js';

/** Group name -> flat float32 buffer. */
export type FlatBuffers = Record<string, tf.Tensor1D>;

/** Fetches a parameter's numbers, row-major. */
export type ReadNumbers = (name: string) => Float32Array | Promise<Float32Array>;

/** Buffers filled parameter by parameter; the caller disposes them. */
export async function fillBuffers(layout: ParameterLayout, read: ReadNumbers): Promise<FlatBuffers> {
  const buffers: FlatBuffers = {};
  for (const group of layout.groups) {
    const numbers = new Float32Array(group.size);
    let offset = 0;
    for (const { name, shape } of group.members) {
      const expected = tf.util.sizeFromShape([...shape]);
      const values = await read(name);
      if (values.length !== expected)
        throw new RangeError(`parameter ${name}: expected ${expected} numbers for [${shape}], got ${values.length}`);
      numbers.set(values, offset);
      offset += expected;
    }
    buffers[group.name] = tf.tensor1d(numbers, 'float32');
  }
  return buffers;
}

/** Buffers of zeros. */
export function zeroBuffers(layout: ParameterLayout): FlatBuffers {
  return Object.fromEntries(layout.groups.map(({ name, size }) => [name, tf.tensor1d(new Float32Array(size))]));
}

/** The parameters in the buffers, in the model's order: views where the engine shares memory, copies elsewhere. */
export function viewParameters(layout: ParameterLayout, buffers: FlatBuffers): TensorRecord {
  return collect(layout, (group) => aliasViews(buffers[group.name]!, group.layout));
}

/** The parameters in the buffers as operations on them, for use inside a graph. */
export function sliceParameters(layout: ParameterLayout, buffers: FlatBuffers): TensorRecord {
  return collect(layout, (group) => slices(buffers[group.name]!, group.layout));
}

/** The inverse of {@link sliceParameters}. */
export function joinParameters(layout: ParameterLayout, named: TensorRecord): FlatBuffers {
  return Object.fromEntries(
    layout.groups.map((group) => {
      const parts = group.layout.map(({ name, shape }) =>
        name === PADDING ? tf.zeros([shape[0]!]) : named[name]!.reshape([-1]),
      );
      return [group.name, (parts.length === 1 ? parts[0]! : tf.concat(parts)) as tf.Tensor1D];
    }),
  );
}

/** Calls `visit` with each parameter's numbers; they are read group by group and must not be kept. */
export async function readParameters(
  layout: ParameterLayout,
  buffers: FlatBuffers,
  visit: (name: string, numbers: Float32Array, shape: readonly number[]) => void | Promise<void>,
): Promise<void> {
  for (const group of layout.groups) {
    const numbers = await peek(buffers[group.name]!);
    let offset = 0;
    for (const { name, shape } of group.members) {
      const size = tf.util.sizeFromShape([...shape]);
      await visit(name, numbers.subarray(offset, offset + size), shape);
      offset += size;
    }
  }
}

function slices(buffer: tf.Tensor1D, layout: FlatLayout): TensorRecord {
  let offset = 0;
  return Object.fromEntries(
    layout.map(({ name, shape }) => {
      const size = tf.util.sizeFromShape(shape);
      const part = buffer.slice(offset, size).reshape(shape);
      offset += size;
      return [name, part];
    }),
  );
}

function collect(
  layout: ParameterLayout,
  views: (group: ParameterLayout['groups'][number]) => TensorRecord,
): TensorRecord {
  const all: TensorRecord = {};
  for (const group of layout.groups) Object.assign(all, views(group));
  all[PADDING]?.dispose();
  return Object.fromEntries(layout.members.map(({ name }) => [name, all[name]!]));
}
