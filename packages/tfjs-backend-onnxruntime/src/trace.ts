import * as tf from '@tensorflow/tfjs';
import type { OnnxRuntimeBackend } from './backend.js';
import { placeholder, type Tracing, type Value } from './graph/value.js';
import { flatten, type Nested, unflatten } from './nested.js';

/** A function's graph: what goes in, what comes out, and the structure of its result. */
export interface Trace {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** The result with disposed tensors in the places of `outputs`. */
  readonly result: Nested;
}

/**
 * Runs `fn` on symbolic tensors of the same structure, shapes and types as `args`.
 *
 * @param constants tensors of `args`, by position, that stay themselves
 * @param shapeOf the shape to give the tensor at a position; its own by default
 */
export function trace(
  backend: OnnxRuntimeBackend,
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  tracing: Tracing,
  constants: ReadonlySet<number> = new Set(),
  shapeOf: (tensor: tf.Tensor, position: number) => readonly number[] = (tensor) => tensor.shape,
): Trace {
  const { tensors } = flatten(args);
  const inputs: Value[] = [];
  let outputs: Value[] = [];
  let result: Nested;
  const portableBefore = backend.portable;
  backend.portable = tracing.portable;
  try {
    tf.tidy(() => {
      const symbols = tensors.map((tensor, i) => {
        if (constants.has(i)) return tensor;
        const value = placeholder(backend.graphValue(tensor).type, shapeOf(tensor, i), tracing);
        inputs.push(value);
        return backend.makeTensor(value);
      });
      result = fn(...(unflatten(args, symbols) as never[]));
      if (result instanceof Promise) {
        throw new TypeError(
          `jit: expected '${tracing.name}' to return tensors, got a promise; only synchronous functions can be compiled`,
        );
      }
      outputs = flatten(result).tensors.map((tensor) => backend.graphValue(tensor));
    });
  } finally {
    backend.portable = portableBefore;
  }
  return { inputs, outputs, result };
}
