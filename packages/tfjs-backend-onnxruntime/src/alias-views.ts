import * as tf from '@tensorflow/tfjs';
import { currentBackend } from './backend.js';
import { dataValue, type HostArray } from './graph/value.js';

/** Names and shapes of the tensors that lie one after another in a flat buffer. */
export type FlatLayout = readonly { readonly name: string; readonly shape: number[] }[];

/**
 * Tensors over the parts of a flat float32 tensor. On the `onnxruntime` engine they share its memory, so an in-place update
 * of `flat` (a donated argument of `jit`) shows in them; on other engines they are copies. Call it again after each update.
 */
export function aliasViews(flat: tf.Tensor1D, layout: FlatLayout): Record<string, tf.Tensor> {
  const total = layout.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape), 0);
  if (total !== flat.size) throw new RangeError(`aliasViews: expected a layout of ${flat.size} numbers, got ${total}`);
  const backend = currentBackend();
  const memory = backend?.graphValue(flat).data;
  if (backend !== undefined && memory === undefined) {
    throw new Error('aliasViews: expected a tensor that has been computed; await its data first');
  }
  const views: Record<string, tf.Tensor> = {};
  let offset = 0;
  for (const { name, shape } of layout) {
    const size = tf.util.sizeFromShape(shape);
    const [from, to] = [offset, offset + size];
    views[name] =
      backend === undefined
        ? tf.tidy(() => flat.slice(from, size).reshape(shape))
        : backend.makeTensor(dataValue('float32', shape, memory!.subarray(from, to) as HostArray));
    offset = to;
  }
  return views;
}

/**
 * The numbers of a tensor without a copy, where the engine keeps them in this process' memory and they have been computed:
 * valid until the tensor is donated or disposed. Elsewhere a copy.
 */
export async function peek(tensor: tf.Tensor): Promise<Float32Array> {
  const backend = currentBackend();
  if (backend === undefined) return (await tensor.data()) as Float32Array;
  const value = backend.graphValue(tensor);
  await backend.materialize([value]);
  return value.data as Float32Array;
}
