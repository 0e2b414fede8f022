import type * as tf from '@tensorflow/tfjs';
import { ParameterError } from '../errors.js';
import type { Initializer } from './initializer.js';

/** Where a module gets its parameters: declaring and fetching are one call, so shapes are written down once. */
export interface Scope {
  /** Dotted path of this scope; empty at the root. */
  readonly path: string;
  /** The parameter `path.name`. Asking twice for one name gives the same tensor: that is how weights are shared. */
  parameter<T extends tf.Tensor = tf.Tensor>(name: string, shape: readonly number[], initializer: Initializer): T;
  /** The scope `path.name`; `name` may be dotted. */
  at(name: string): Scope;
}

/** Gives the tensor of a full dotted name. */
export type ParameterSource = (name: string, shape: readonly number[], initializer: Initializer) => tf.Tensor;

/** A scope over any source of parameters. */
export function scopeOver(source: ParameterSource, path = ''): Scope {
  const full = (name: string): string => (path === '' ? name : `${path}.${name}`);
  return {
    path,
    parameter: <T extends tf.Tensor>(name: string, shape: readonly number[], initializer: Initializer) =>
      source(full(name), shape, initializer) as T,
    at: (name) => scopeOver(source, full(name)),
  };
}

/**
 * A scope over tensors by name, such as a loaded checkpoint or the traced arguments of a compiled step.
 *
 * @throws ParameterError when a module asks for a name that is not there or for another shape
 */
export function bindParameters(parameters: Readonly<Record<string, tf.Tensor>>): Scope {
  return scopeOver((name, shape) => {
    const tensor = parameters[name];
    if (tensor === undefined) {
      throw new ParameterError(
        `${name}: expected a parameter [${shape}], got none among ${Object.keys(parameters).length} names`,
      );
    }
    if (tensor.rank !== shape.length || shape.some((size, axis) => size !== tensor.shape[axis])) {
      throw new ParameterError(`${name}: expected shape [${shape}], got [${tensor.shape}]`);
    }
    return tensor;
  });
}
