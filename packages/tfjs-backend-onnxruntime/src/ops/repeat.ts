import * as tf from '@tensorflow/tfjs';
import { currentBackend } from '../backend.js';
import { emitLoop } from '../graph/loop.js';
import { placeholder } from '../graph/value.js';

let inside = false;

/**
 * Applies `fn` several times: `fn(fn(...fn(x)))`. Inside `jit` it becomes a loop in the compiled graph, so that what is compiled,
 * and what is kept prepacked of the weights that `fn` uses, does not grow with the number of times. While a gradient is
 * recorded, in portable exports and on other engines it is unrolled.
 *
 * @param fn must give a tensor of the shape and type of its argument, and compute the same each time
 */
export function repeat<T extends tf.Tensor>(times: number, fn: (x: T) => T, x: T): T {
  if (!(Number.isSafeInteger(times) && times >= 0)) throw new RangeError(`repeat: expected times >= 0, got ${times}`);
  const backend = currentBackend();
  const traced = backend?.graphValue(x).traced;
  if (
    backend === undefined ||
    traced === undefined ||
    times < 2 ||
    inside ||
    traced.portable ||
    tf.engine().isTapeOn()
  ) {
    let y = x;
    for (let i = 0; i < times; i++) y = fn(y);
    return y;
  }
  const initial = backend.graphValue(x);
  const parameter = placeholder(initial.type, initial.shape, traced);
  inside = true;
  try {
    const y = fn(backend.makeTensor(parameter) as T);
    if (y.dtype !== x.dtype || y.shape.join() !== x.shape.join()) {
      throw new RangeError(`repeat: expected ${x.dtype} [${x.shape}] again, got ${y.dtype} [${y.shape}]`);
    }
    return backend.makeTensor(emitLoop(times, initial, parameter, backend.graphValue(y))) as T;
  } finally {
    inside = false;
  }
}
