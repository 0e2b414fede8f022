import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect } from 'vitest';
import { jit } from '../jit.js';
import { selectEngine } from '../select-engine.js';

/** A tensor of a test, before there is an engine. */
export interface Input {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: number[];
}

export interface CompareOptions {
  /** Largest difference, relative to the largest number of the tensor or 1. */
  readonly tolerance?: number;
  /** Compare the gradients of all float inputs as well. */
  readonly gradients?: boolean;
  /** Compile the function, instead of running its operations as they come. */
  readonly compiled?: boolean;
}

type Outputs = tf.Tensor | tf.Tensor[];
export type Operation = (...tensors: tf.Tensor[]) => Outputs;

interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

let started = false;

/** Starts both engines; call it in `beforeAll`. */
export async function startEngines(): Promise<void> {
  if (!started) await selectEngine('onnxruntime', { threads: 1 });
  started = true;
}

/** A scalar of outputs that gives each of their elements another weight. */
function weigh(outputs: tf.Tensor[]): tf.Scalar {
  const terms = outputs
    .filter((output) => output.dtype === 'float32')
    .map((output) => {
      const weights = Array.from({ length: output.size }, (_, i) => Math.cos(i + 1));
      return output.mul(tf.tensor(weights, output.shape)).sum() as tf.Scalar;
    });
  return terms.reduce((sum, term) => sum.add(term));
}

async function runOn(engine: string, operation: Operation, inputs: readonly Input[], options: CompareOptions) {
  await tf.setBackend(engine);
  if (engine === 'cpu') (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  const tensors = inputs.map(({ values, shape, dtype }) => tf.tensor(values, shape, dtype));
  const compute = (...given: tf.Tensor[]): tf.Tensor[] => {
    const outputs = [operation(...given)].flat();
    if (options.gradients !== true) return outputs;
    const floats = given.filter((tensor) => tensor.dtype === 'float32');
    const loss = (...moving: tf.Tensor[]) => {
      let next = 0;
      return weigh([operation(...given.map((t) => (t.dtype === 'float32' ? moving[next++]! : t)))].flat());
    };
    return [...outputs, ...tf.grads(loss)(floats)];
  };
  const compiled = jit(compute);
  const results = options.compiled === true ? await compiled(...tensors) : tf.tidy(() => compute(...tensors));
  const read: Result[] = await Promise.all(
    results.map(async (tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: Array.from(await tensor.data()),
    })),
  );
  tf.dispose([results, tensors]);
  await compiled.dispose();
  return read;
}

/** Expects the same shapes, types and numbers from the ONNX Runtime backend as from tfjs' own cpu backend. */
export async function expectLikeCpu(
  operation: Operation,
  inputs: readonly Input[],
  options: CompareOptions = {},
): Promise<void> {
  const expected = await runOn('cpu', operation, inputs, options);
  const actual = await runOn('onnxruntime', operation, inputs, options);
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  actual.forEach(({ values }, i) => {
    expectClose(values, expected[i]!.values, options.tolerance ?? 1e-5);
  });
}

function expectClose(actual: number[], expected: number[], tolerance: number): void {
  const scale = expected.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1);
  const far = actual.findIndex((value, i) => {
    const wanted = expected[i]!;
    if (!Number.isFinite(wanted) || !Number.isFinite(value)) return !Object.is(value, wanted);
    return Math.abs(value - wanted) > tolerance * scale;
  });
  expect(far < 0 ? 'close' : `element ${far} is ${actual[far]}, expected ${expected[far]} in [${expected}]`).toBe(
    'close',
  );
}

/** Numbers between `low` and `high` from a seed; for integers both ends included. */
function numbers(seed: number, count: number, dtype: Input['dtype'], low: number, high: number): number[] {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const uniform = state / 2 ** 32;
    if (dtype === 'bool') return +(uniform < 0.5);
    if (dtype === 'int32') return Math.floor(low + uniform * (high - low + 1));
    return Math.fround(low + uniform * (high - low));
  });
}

export interface TensorOptions {
  readonly dtype?: Input['dtype'];
  readonly low?: number;
  readonly high?: number;
  /** Puts NaN, both infinities and both zeros among the numbers. */
  readonly special?: boolean;
}

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0];

/** A tensor of one shape. */
export const input = (shape: readonly number[], options: TensorOptions = {}, seed = 1): Input => {
  const { dtype = 'float32', low = -2, high = 2, special = false } = options;
  const size = shape.reduce((product, length) => product * length, 1);
  const values = numbers(seed, size, dtype, low, high);
  if (special && dtype === 'float32') {
    for (let i = seed % 3; i < size; i += 3) values[i] = SPECIAL[(i + seed) % SPECIAL.length]!;
  }
  return { shape: [...shape], dtype, values };
};

/** Shapes of rank 0 to 4 with lengths of 0, 1 and more. */
export const shapes = ({ minRank = 0, maxRank = 4, minLength = 0 } = {}): fc.Arbitrary<number[]> =>
  fc.array(
    fc.oneof(
      { arbitrary: fc.integer({ min: Math.max(1, minLength), max: 4 }), weight: 9 },
      { arbitrary: fc.constant(minLength), weight: 1 },
    ),
    { minLength: minRank, maxLength: maxRank },
  );

export const seeds = fc.integer({ min: 0, max: 1e6 });

/** Several shapes that broadcast to one another. */
export const broadcastable = (count: number): fc.Arbitrary<number[][]> =>
  shapes().chain((whole) =>
    fc.tuple(
      ...Array.from({ length: count }, () =>
        fc
          .tuple(
            fc.integer({ min: 0, max: whole.length }),
            fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }),
          )
          .map(([drop, ones]) => whole.map((length, i) => (ones[i] ? 1 : length)).slice(drop)),
      ),
    ),
  );

/** Runs `check` on generated cases, the same ones every time. */
export const forAll = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>, numRuns = 6): Promise<void> =>
  fc.assert(fc.asyncProperty(arbitrary, check), { seed: 7, numRuns, endOnFailure: true });
