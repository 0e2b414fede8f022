import * as tf from '@tensorflow/tfjs';
import { flatten } from './nested.js';

export interface JitOptions {
  /** Shown in errors and profiles; the function's own name by default. */
  readonly name?: string;
  /**
   * Arguments (by index) whose tensors are used up: their buffers are reused for outputs of the same shape and type, first
   * come first served, and the tensors are disposed. An argument that is only a destination may be donated too.
   */
  readonly donate?: readonly number[];
  /** Arguments (by index) whose tensors are baked into the compiled graph as constants, so that ONNX Runtime can prepack them. */
  readonly constants?: readonly number[];
}

/** A compiled function: same arguments, results of the same structure, in a promise. */
export interface Jitted<A extends unknown[], R> {
  (...args: A): Promise<R>;
  /** Releases compiled graphs. */
  dispose(): Promise<void>;
}

/** On an engine that computes at once, the function simply runs; donated tensors are disposed as on the compiling engine. */
function runEagerly<A extends unknown[], R>(fn: (...args: A) => R, args: A, donate: readonly number[]): R {
  const result = tf.tidy(() => fn(...args) as tf.TensorContainer) as R;
  const kept = new Set(flatten(result).tensors);
  for (const index of donate)
    for (const tensor of flatten(args[index]).tensors) if (!kept.has(tensor)) tensor.dispose();
  return result;
}

/**
 * Compiles `fn`, a function of tensors, once per signature (structure, shapes, types and static values of its arguments).
 * The caller disposes the results.
 */
export function jit<A extends unknown[], R>(fn: (...args: A) => R, options: JitOptions = {}): Jitted<A, R> {
  const jitted = async (...args: A): Promise<R> => runEagerly(fn, args, options.donate ?? []);
  return Object.assign(jitted, { dispose: async () => {} });
}
