import { ParameterError } from '../errors.js';
import type { TensorSpecs } from '../tracing/tensor-spec.js';
import { traceShapes } from '../tracing/trace-shapes.js';
import type { Initializer, ParameterKind } from './initializer.js';
import { type Scope, scopeOver } from './scope.js';

/** One parameter of a model. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: ParameterKind;
  /** False for buffers. */
  readonly trainable: boolean;
  readonly initializer: Initializer;
}

/** Parameters in the order in which the model asks for them. */
export type ModelDeclaration = readonly ParameterDeclaration[];

/** What can be declared: a model, or anything with its `apply` and `exampleInputs`. */
export interface Declarable<Inputs> {
  apply(scope: Scope, inputs: Inputs, options?: never): unknown;
  exampleInputs(batch?: number): TensorSpecs;
}

/**
 * Lists a model's parameters by running it on tensors without data; nothing of the size of the weights is allocated.
 *
 * @param specs shapes of inputs; the model's own example by default
 */
export function declareParameters<Inputs>(
  model: Declarable<Inputs>,
  specs: TensorSpecs = model.exampleInputs(),
): ModelDeclaration {
  const declared = new Map<string, ParameterDeclaration>();
  traceShapes<Inputs>((inputs, placeholder) => {
    const scope = scopeOver((name, shape, initializer) => {
      const known = declared.get(name);
      if (known !== undefined && known.shape.join() !== shape.join()) {
        throw new ParameterError(`${name}: expected one shape, got [${known.shape}] and [${shape}]`);
      }
      if (known === undefined) {
        const { kind } = initializer;
        declared.set(name, { name, shape: [...shape], kind, trainable: kind !== 'buffer', initializer });
      }
      return placeholder({ shape, dtype: 'float32' });
    });
    return model.apply(scope, inputs);
  }, specs);
  return [...declared.values()];
}

/** Numbers in all trainable parameters. */
export function parameterCount(declaration: ModelDeclaration): number {
  return declaration
    .filter(({ trainable }) => trainable)
    .reduce((total, { shape }) => total + shape.reduce((size, axis) => size * axis, 1), 0);
}

/** Whether weight decay applies: to all trained parameters but biases and norms (PAPERS, trap 9). */
export function isDecayed({ kind, trainable }: ParameterDeclaration): boolean {
  return trainable && kind !== 'bias' && kind !== 'norm';
}
