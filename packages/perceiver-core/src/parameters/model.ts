import type { TensorSpecs } from '../tracing/tensor-spec.js';
import type { Scope } from './scope.js';

/** A model: its configuration and one function from parameters and inputs to outputs. */
export interface Model<Config, Inputs, Options, Outputs> {
  readonly config: Config;
  /** Pure: uses tensor operations only, so it can be compiled, differentiated and traced. */
  apply(scope: Scope, inputs: Inputs, options?: Options): Outputs;
  /** Shapes and types of inputs that the model takes, enough to trace every parameter. */
  exampleInputs(batch?: number): TensorSpecs;
}
