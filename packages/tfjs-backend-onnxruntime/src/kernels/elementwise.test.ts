import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  broadcastable,
  expectLikeCpu,
  forAll,
  input,
  seeds,
  shapes,
  startEngines,
  type TensorOptions,
} from '../testing/compare.js';

beforeAll(startEngines);

interface Unary extends TensorOptions {
  readonly gradients?: boolean;
  /** Also on int32 tensors. */
  readonly whole?: boolean;
  /** Not on NaN and infinities. */
  readonly ordinary?: boolean;
}

const unary: Record<string, [operation: (x: tf.Tensor) => tf.Tensor, options?: Unary]> = {
  abs: [(x) => tf.abs(x), { whole: true }],
  acos: [tf.acos, { low: -0.9, high: 0.9 }],
  acosh: [tf.acosh, { low: 1.1, high: 3, ordinary: true }],
  asin: [tf.asin, { low: -0.9, high: 0.9 }],
  asinh: [tf.asinh, { ordinary: true }],
  atan: [tf.atan],
  atanh: [tf.atanh, { low: -0.9, high: 0.9, ordinary: true }],
  ceil: [tf.ceil],
  cos: [tf.cos],
  cosh: [tf.cosh],
  elu: [tf.elu],
  erf: [tf.erf, { ordinary: true }],
  exp: [tf.exp, { whole: true }],
  expm1: [tf.expm1],
  floor: [tf.floor],
  isFinite: [tf.isFinite, { gradients: false }],
  isInf: [tf.isInf, { gradients: false }],
  isNaN: [tf.isNaN, { gradients: false }],
  leakyRelu: [(x) => tf.leakyRelu(x, 0.3)],
  log: [tf.log, { low: 0.1, high: 4 }],
  log1p: [tf.log1p, { low: -0.5, high: 4 }],
  logSigmoid: [tf.logSigmoid, { ordinary: true }],
  neg: [tf.neg, { whole: true }],
  reciprocal: [tf.reciprocal, { low: 0.5, high: 2 }],
  relu: [tf.relu, { whole: true }],
  relu6: [tf.relu6, { low: -4, high: 9, whole: true }],
  round: [tf.round, { gradients: false }],
  rsqrt: [tf.rsqrt, { low: 0.5, high: 4 }],
  selu: [tf.selu],
  sigmoid: [tf.sigmoid],
  sign: [tf.sign, { whole: true }],
  sin: [tf.sin],
  sinh: [tf.sinh],
  softplus: [tf.softplus],
  sqrt: [tf.sqrt, { low: 0.1, high: 4 }],
  square: [tf.square, { whole: true }],
  step0: [(x) => tf.step(x), { gradients: false, whole: true }],
  step: [(x) => tf.step(x, 0.25), { gradients: false, whole: true }],
  tan: [tf.tan, { low: -1.4, high: 1.4 }],
  tanh: [tf.tanh],
  clipByValue: [(x) => tf.clipByValue(x, -1, 0.5)],
  toInt: [(x) => x.toInt(), { gradients: false, ordinary: true }],
  toBool: [(x) => x.toBool(), { gradients: false, whole: true }],
  gelu: [(x) => x.mul(tf.erf(x.div(Math.SQRT2)).add(1)).mul(0.5), { ordinary: true }],
};

describe('elementwise kernels of one tensor', () => {
  it.each(Object.entries(unary))('%s', async (_, [operation, options = {}]) => {
    const { gradients = true, whole = false, ordinary = false, ...tensor } = options;
    await forAll(
      fc.tuple(shapes(), seeds, fc.boolean()),
      ([shape, seed, compiled]) =>
        expectLikeCpu((x) => operation(x!), [input(shape, tensor, seed)], { gradients, compiled }),
      4,
    );
    if (!ordinary) await expectLikeCpu((x) => operation(x!), [input([259], { ...tensor, special: true })]);
    if (whole) await expectLikeCpu((x) => operation(x!), [input([2, 3], { dtype: 'int32', low: -4, high: 4 })]);
  });
});

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
interface BinaryOptions {
  readonly gradients?: boolean;
  readonly types?: readonly ('float32' | 'int32' | 'bool')[];
  readonly low?: number;
  readonly ordinary?: boolean;
  /** tfjs has no gradient for tensors of different shapes. */
  readonly alike?: boolean;
}

const NUMBERS = ['float32', 'int32'] as const;
const ALL = ['float32', 'int32', 'bool'] as const;
const binary: Record<string, [operation: Binary, options?: BinaryOptions]> = {
  add: [tf.add],
  sub: [tf.sub],
  mul: [tf.mul, { types: ALL }],
  div: [tf.div],
  divNoNan: [tf.divNoNan, { gradients: false, ordinary: true }],
  floorDiv: [tf.floorDiv, { gradients: false, ordinary: true }],
  mod: [tf.mod, { ordinary: true }],
  pow: [tf.pow, { low: 0.3, ordinary: true }],
  maximum: [tf.maximum, { types: ALL, alike: true }],
  minimum: [tf.minimum, { types: ALL, alike: true }],
  squaredDifference: [tf.squaredDifference, { alike: true }],
  atan2: [tf.atan2, { types: ['float32'], ordinary: true }],
  equal: [tf.equal, { gradients: false, types: ALL }],
  notEqual: [tf.notEqual, { gradients: false, types: ALL }],
  greater: [tf.greater, { gradients: false, types: ALL }],
  greaterEqual: [tf.greaterEqual, { gradients: false, types: ALL }],
  less: [tf.less, { gradients: false, types: ALL }],
  lessEqual: [tf.lessEqual, { gradients: false, types: ALL }],
  logicalAnd: [tf.logicalAnd, { gradients: false, types: ['bool'] }],
  logicalOr: [tf.logicalOr, { gradients: false, types: ['bool'] }],
  logicalXor: [tf.logicalXor, { gradients: false, types: ['bool'] }],
  bitwiseAnd: [tf.bitwiseAnd, { gradients: false, types: ['int32'] }],
};

describe('elementwise kernels of two tensors', () => {
  it.each(Object.entries(binary))('%s', async (name, [operation, options = {}]) => {
    const { gradients = true, types = NUMBERS, ordinary = false, low = -2, alike = false } = options;
    const compute = (a?: tf.Tensor, b?: tf.Tensor) => operation(a!, b!);
    for (const dtype of types) {
      const check = ([[a, b], seed, compiled]: [number[][], number, boolean]) => {
        const tensors = [
          input(name === 'bitwiseAnd' ? b! : a!, { dtype, low: Math.ceil(low) }, seed),
          input(b!, { dtype, low }, seed + 1),
        ];
        // tfjs' own gradients fail where a length of 1 meets one of 0.
        const refused = [...a!, ...b!].includes(0) || (alike && a!.join() !== b!.join());
        return expectLikeCpu(compute, tensors, { gradients: gradients && dtype === 'float32' && !refused, compiled });
      };
      await forAll(fc.tuple(broadcastable(2), seeds, fc.boolean()), check, dtype === 'float32' ? 5 : 3);
    }
    if (!ordinary && types.includes('float32')) {
      const special = [input([25, 1], { special: true }), input([25], { special: true }, 5)];
      await expectLikeCpu(compute, special);
    }
  });

  it('divides whole numbers by zero and by minus one without a trap', async () => {
    const a = { shape: [5], dtype: 'int32' as const, values: [-(2 ** 31), 7, -7, 0, 5] };
    const b = { shape: [5], dtype: 'int32' as const, values: [-1, 2, 2, 3, -3] };
    await expectLikeCpu((x, y) => tf.mod(x!, y!), [{ ...a, values: [7, 7, -7, 0, 5] }, b]);
    await expectLikeCpu((x, y) => tf.floorDiv(x!, y!), [{ ...a, values: [7, 7, -7, 0, 5] }, b]);
    const zeros = { ...b, values: [-1, 0, 0, 0, -3] };
    await tf.setBackend('onnxruntime');
    const [x, y] = [tf.tensor(a.values, [5], 'int32'), tf.tensor(zeros.values, [5], 'int32')];
    for (const operation of [tf.floorDiv, tf.mod]) await operation(x, y).data();
  });

  it('selects by conditions', async () => {
    const check = ([shape, seed]: [number[], number]) => {
      const tensors = [input(shape, { dtype: 'bool' }, seed), input(shape, {}, seed + 1), input(shape, {}, seed + 2)];
      return expectLikeCpu((c, a, b) => tf.where(c as tf.Tensor, a!, b!), tensors, { gradients: true });
    };
    await forAll(fc.tuple(shapes(), seeds), check);
    const rows = [
      input([3, 1], { dtype: 'bool' }),
      input([3, 2], { dtype: 'bool' }),
      input([3, 2], { dtype: 'bool' }, 4),
    ];
    await expectLikeCpu((c, a, b) => tf.where(c as tf.Tensor, a!, b!), rows);
  });

  it('multiplies negative numbers by trained slopes', () =>
    forAll(fc.tuple(shapes({ minLength: 1 }), seeds), ([shape, seed]) => {
      const slopes = shape.slice(shape.length >> 1);
      const tensors = [input(shape, {}, seed), input(slopes, {}, seed + 1)];
      return expectLikeCpu((x, alpha) => tf.prelu(x!, alpha!), tensors, { gradients: true });
    }));

  it('keeps the digits of small numbers', async () => {
    await tf.setBackend('onnxruntime');
    const x = tf.tensor1d([1e-7, -3e-6]);
    for (const [operation, exact] of [
      [tf.log1p, Math.log1p],
      [tf.expm1, Math.expm1],
    ] as const) {
      const [a, b] = await operation(x).data();
      expect(a! / exact(1e-7)).toBeCloseTo(1, 5);
      expect(b! / exact(-3e-6)).toBeCloseTo(1, 5);
    }
  });

  it('adds lists', () =>
    expectLikeCpu((a, b, c) => tf.addN([a!, b!, c!]), [input([2, 3]), input([2, 3], {}, 2), input([2, 3], {}, 3)], {
      gradients: true,
    }));
});
