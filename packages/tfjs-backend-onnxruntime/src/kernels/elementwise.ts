import { broadcastShapes, cast, emit, reshape, scalar } from '../graph/emit.js';
import { type ElementType, float, int, text, type Value } from '../graph/value.js';
import type { Kernel, KernelTable } from './kernel.js';

export const unary = (op: string, x: Value): Value => emit(op, [x], x.type, x.shape);

export const binary = (op: string, a: Value, b: Value, type: ElementType = a.type): Value =>
  emit(op, [a, b], type, broadcastShapes(a.shape, b.shape));

const add = (a: Value, b: Value) => binary('Add', a, b);
const subtract = (a: Value, b: Value) => binary('Sub', a, b);
const multiply = (a: Value, b: Value) => binary('Mul', a, b);
const divide = (a: Value, b: Value) => binary('Div', a, b);
const not = (x: Value) => unary('Not', x);
const and = (a: Value, b: Value) => binary('And', a, b);
const or = (a: Value, b: Value) => binary('Or', a, b);

export function where(condition: Value, a: Value, b: Value): Value {
  const shape = broadcastShapes(broadcastShapes(condition.shape, a.shape), b.shape);
  // ONNX Runtime has no Where for booleans.
  if (a.type === 'bool') return cast(where(condition, cast(a, 'uint8'), cast(b, 'uint8')), 'bool');
  return emit('Where', [condition, a, b], a.type, shape);
}

const isNaN_ = (x: Value): Value => emit('IsNaN', [x], 'bool', x.shape);

/** A kernel on floating-point numbers; integers pass through `Cast` and back to their own type. */
const onFloats =
  (compute: (x: Value) => Value): Kernel =>
  ({ inputs: { x } }) =>
    x!.type === 'float32' ? compute(x!) : compute(cast(x!, 'float32'));

/** A function computed in float64 and rounded once. */
const inDoubles = (op: string, x: Value): Value => cast(unary(op, cast(x, 'float64')), 'float32');

const elementary = (op: string): Kernel => onFloats((x) => unary(op, x));

/** Rounding leaves integers alone. */
const rounding =
  (op: string): Kernel =>
  ({ inputs: { x } }) =>
    x!.type === 'float32' ? unary(op, x!) : x!;

/** Arithmetic on booleans goes through int32, and back where the kernel keeps the type. */
const arithmetic =
  (op: string): Kernel =>
  ({ inputs: { a, b } }) =>
    a!.type === 'bool' ? cast(binary(op, cast(a!, 'int32'), cast(b!, 'int32')), 'bool') : binary(op, a!, b!);

const comparison =
  (op: string): Kernel =>
  ({ inputs: { a, b } }) => {
    const ordered = a!.type === 'bool' && op !== 'Equal';
    return ordered ? binary(op, cast(a!, 'int32'), cast(b!, 'int32'), 'bool') : binary(op, a!, b!, 'bool');
  };

const logical =
  (op: string): Kernel =>
  ({ inputs: { a, b } }) =>
    binary(op, cast(a!, 'bool'), cast(b!, 'bool'), 'bool');

/** Whole-number division that never traps: in int64 the smallest int32 divided by -1 fits, and zero divisors give 0. */
function divideIntegers(a: Value, b: Value): { quotient: Value; remainder: Value; divisor: Value; byZero: Value } {
  const [wideA, wideB] = [cast(a, 'int64'), cast(b, 'int64')];
  const byZero = binary('Equal', wideB, scalar('int64', 0), 'bool');
  const divisor = where(byZero, scalar('int64', 1), wideB);
  const quotient = divide(wideA, divisor);
  return { quotient, remainder: subtract(wideA, multiply(quotient, divisor)), divisor, byZero };
}

const floorDivide: Kernel = ({ inputs: { a, b } }) => {
  if (a!.type === 'float32') return cast(unary('Floor', divide(a!, b!)), 'int32');
  const { quotient, remainder, divisor, byZero } = divideIntegers(a!, b!);
  const zero = scalar('int64', 0);
  const inexact = not(binary('Equal', remainder, zero, 'bool'));
  const opposite = binary(
    'Xor',
    binary('Less', remainder, zero, 'bool'),
    binary('Less', divisor, zero, 'bool'),
    'bool',
  );
  const floored = subtract(quotient, cast(and(inexact, opposite), 'int64'));
  return cast(where(byZero, zero, floored), a!.type);
};

/** The result has the divisor's sign. */
const modulo: Kernel = ({ inputs: { a, b } }) => {
  const whole = a!.type !== 'float32';
  const parts = whole ? divideIntegers(a!, b!) : undefined;
  const divisor = parts?.divisor ?? b!;
  const remainder =
    parts?.remainder ?? emit('Mod', [a!, b!], 'float32', broadcastShapes(a!.shape, b!.shape), { fmod: int(1) });
  const zero = scalar(remainder.type, 0);
  const opposite = binary(
    'Xor',
    binary('Less', remainder, zero, 'bool'),
    binary('Less', divisor, zero, 'bool'),
    'bool',
  );
  const inexact = not(binary('Equal', remainder, zero, 'bool'));
  const result = where(and(inexact, opposite), add(remainder, divisor), remainder);
  return whole ? cast(where(parts!.byZero, zero, result), a!.type) : result;
};

const arcTangent2: Kernel = ({ inputs: { a: y, b: x } }) => {
  const zero = scalar('float32', 0);
  const base = unary('Atan', divide(y!, x!));
  const negativeX = binary('Less', x!, zero, 'bool');
  const negativeY = binary('Less', y!, zero, 'bool');
  const turned = where(negativeY, subtract(base, scalar('float32', Math.PI)), add(base, scalar('float32', Math.PI)));
  const bothZero = and(binary('Equal', x!, zero, 'bool'), binary('Equal', y!, zero, 'bool'));
  return where(bothZero, zero, where(negativeX, turned, base));
};

const clip = (x: Value, low: number, high: number): Value =>
  emit('Clip', [x, scalar(x.type, low), scalar(x.type, high)], x.type, x.shape);

const step: Kernel = ({ inputs: { x }, attributes: { alpha } }) => {
  const value = cast(x!, 'float32');
  // The gradient of a rectifier asks for this one; NaN passes through both.
  if (alpha === 0) return cast(unary('Sign', unary('Relu', value)), x!.type);
  const positive = binary('Greater', value, scalar('float32', 0), 'bool');
  const stepped = where(positive, scalar('float32', 1), scalar('float32', alpha ?? 0));
  return cast(where(isNaN_(value), value, stepped), x!.type);
};

/** For dy of an exponential linear unit, given its output. */
const eluGradient: Kernel = ({ inputs: { dy, y } }) => {
  const positive = binary('GreaterOrEqual', y!, scalar('float32', 0), 'bool');
  return where(positive, dy!, multiply(dy!, add(y!, scalar('float32', 1))));
};

const isInfinite = (x: Value): Value => emit('IsInf', [x], 'bool', x.shape);

export const elementwiseKernels: KernelTable = {
  Abs: ({ inputs: { x } }) => unary('Abs', x!),
  Acos: elementary('Acos'),
  Acosh: elementary('Acosh'),
  Asin: elementary('Asin'),
  Asinh: elementary('Asinh'),
  Atan: elementary('Atan'),
  Atanh: elementary('Atanh'),
  Ceil: rounding('Ceil'),
  Cos: elementary('Cos'),
  Cosh: elementary('Cosh'),
  Erf: elementary('Erf'),
  // Whole numbers have large exponentials: in float32 their last digits would be lost.
  Exp: ({ inputs: { x } }) => (x!.type === 'float32' ? unary('Exp', x!) : inDoubles('Exp', x!)),
  // exp(x) - 1 loses all digits near 0; 2 sinh(x / 2) exp(x / 2) is the same number.
  Expm1: onFloats((x) => {
    const half = multiply(x, scalar('float32', 0.5));
    const small = multiply(multiply(unary('Sinh', half), unary('Exp', half)), scalar('float32', 2));
    const near = binary('Less', unary('Abs', x), scalar('float32', 1), 'bool');
    return where(near, small, subtract(unary('Exp', x), scalar('float32', 1)));
  }),
  Floor: rounding('Floor'),
  Log: elementary('Log'),
  // In float32, 1 + x would lose the digits of a small x.
  Log1p: ({ inputs: { x } }) => cast(unary('Log', add(cast(x!, 'float64'), scalar('float64', 1))), 'float32'),
  Neg: ({ inputs: { x } }) => unary('Neg', x!),
  Reciprocal: elementary('Reciprocal'),
  Round: rounding('Round'),
  Rsqrt: onFloats((x) => unary('Reciprocal', unary('Sqrt', x))),
  Sigmoid: elementary('Sigmoid'),
  // tfjs counts NaN as 0.
  Sign: ({ inputs: { x } }) =>
    x!.type === 'float32' ? where(isNaN_(x!), scalar('float32', 0), unary('Sign', x!)) : unary('Sign', x!),
  Sin: elementary('Sin'),
  Sinh: elementary('Sinh'),
  Softplus: elementary('Softplus'),
  Sqrt: elementary('Sqrt'),
  Square: ({ inputs: { x } }) => multiply(x!, x!),
  // Near its poles a tangent needs more digits than float32 has.
  Tan: ({ inputs: { x } }) => {
    const angle = cast(x!, 'float64');
    return cast(divide(unary('Sin', angle), unary('Cos', angle)), 'float32');
  },
  Tanh: elementary('Tanh'),
  IsNan: ({ inputs: { x } }) => isNaN_(cast(x!, 'float32')),
  IsInf: ({ inputs: { x } }) => isInfinite(cast(x!, 'float32')),
  IsFinite: ({ inputs: { x } }) => {
    const value = cast(x!, 'float32');
    return not(or(isNaN_(value), isInfinite(value)));
  },
  Elu: onFloats((x) => emit('Elu', [x], 'float32', x.shape, { alpha: float(1) })),
  EluGrad: eluGradient,
  Selu: onFloats((x) => unary('Selu', x)),
  LeakyRelu: ({ inputs: { x }, attributes: { alpha } }) =>
    emit('LeakyRelu', [cast(x!, 'float32')], 'float32', x!.shape, { alpha: float(alpha) }),
  Prelu: ({ inputs: { x, alpha } }) => {
    const value = cast(x!, 'float32');
    return where(binary('Less', value, scalar('float32', 0), 'bool'), multiply(value, cast(alpha!, 'float32')), value);
  },
  Relu: ({ inputs: { x } }) => unary('Relu', x!),
  Relu6: ({ inputs: { x } }) => clip(x!, 0, 6),
  ClipByValue: ({ inputs: { x }, attributes: { clipValueMin, clipValueMax } }) => clip(x!, clipValueMin, clipValueMax),
  Step: step,
  Gelu: ({ inputs: { x }, attributes: { approximate } }) =>
    emit('Gelu', [x!], 'float32', x!.shape, { approximate: text(approximate) }),

  Add: arithmetic('Add'),
  Sub: arithmetic('Sub'),
  Multiply: arithmetic('Mul'),
  RealDiv: ({ inputs: { a, b } }) => divide(cast(a!, 'float32'), cast(b!, 'float32')),
  FloorDiv: floorDivide,
  Mod: modulo,
  Pow: arithmetic('Pow'),
  Maximum: arithmetic('Max'),
  Minimum: arithmetic('Min'),
  SquaredDifference: ({ inputs: { a, b } }) => {
    const difference = subtract(a!, b!);
    return multiply(difference, difference);
  },
  Atan2: arcTangent2,
  BitwiseAnd: ({ inputs: { a, b } }) => binary('BitwiseAnd', a!, b!),
  AddN: ({ list }) => list.slice(1).reduce(add, list[0]!),

  Equal: comparison('Equal'),
  NotEqual: ({ inputs: { a, b } }) => not(binary('Equal', a!, b!, 'bool')),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: logical('And'),
  LogicalOr: logical('Or'),
  LogicalXor: logical('Xor'),
  LogicalNot: ({ inputs: { x } }) => not(cast(x!, 'bool')),
  Select: ({ inputs: { condition, t, e } }) => {
    const rankPadding = Array<number>(t!.shape.length - condition!.shape.length).fill(1);
    const shape = [...condition!.shape, ...rankPadding];
    return where(reshape(condition!, shape), t!, e!);
  },
  Cast: ({ inputs: { x }, attributes: { dtype } }) => castLikeTfjs(x!, dtype),
};

/** Floats become integers by dropping the fraction, booleans by not being zero. */
function castLikeTfjs(x: Value, dtype: ElementType): Value {
  if (x.type === dtype) return x;
  if (dtype === 'bool') return not(binary('Equal', x, scalar(x.type, 0), 'bool'));
  return cast(x, dtype);
}
