import type { Declarable } from '../parameters/declare-parameters.js';
import { scopeOver } from '../parameters/scope.js';
import type { TensorSpecs } from '../tracing/tensor-spec.js';
import { traceShapes } from '../tracing/trace-shapes.js';

/**
 * Floating point operations of one forward run: matrix products and convolutions, a multiplication and its addition counted as two;
 * norms, activations, softmax and look-ups are left out. By this count the byte-level Perceiver IO++ needs 240.9 GFLOPs (the paper's
 * GLUE table: 241); the byte-level Perceiver IO 120.9, where the table has 113, which is what 24 self-attends instead of 26 would need.
 */
export function tracedFlops<Inputs>(model: Declarable<Inputs>, specs: TensorSpecs = model.exampleInputs()): number {
  return traceShapes<Inputs>((inputs, placeholder) => {
    const scope = scopeOver((_name, shape) => placeholder({ shape, dtype: 'float32' }));
    return model.apply(scope, inputs);
  }, specs).flops;
}
