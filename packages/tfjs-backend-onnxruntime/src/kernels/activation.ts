import { emit, scalar } from '../graph/emit.js';
import { float, type Value } from '../graph/value.js';
import { where } from './elementwise.js';

/** The activations that tfjs' fused kernels name. */
export function activate(
  x: Value,
  activation: string | undefined,
  preluWeights?: Value,
  leakyReluAlpha?: number,
): Value {
  const unary = (op: string) => emit(op, [x], 'float32', x.shape);
  switch (activation) {
    case undefined:
    case null:
    case 'linear':
      return x;
    case 'relu':
      return unary('Relu');
    case 'relu6':
      return emit('Clip', [x, scalar('float32', 0), scalar('float32', 6)], 'float32', x.shape);
    case 'elu':
      return unary('Elu');
    case 'sigmoid':
      return unary('Sigmoid');
    case 'leakyrelu':
      return emit('LeakyRelu', [x], 'float32', x.shape, { alpha: float(leakyReluAlpha ?? 0.2) });
    case 'prelu': {
      const negative = emit('Less', [x, scalar('float32', 0)], 'bool', x.shape);
      return where(negative, emit('Mul', [x, preluWeights!], 'float32', x.shape), x);
    }
    default:
      throw new Error(`expected an activation of tfjs' fused kernels, got ${activation}`);
  }
}
