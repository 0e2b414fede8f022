import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { jit } from '../jit.js';
import { repeat } from '../ops/repeat.js';
import { selectEngine } from '../select-engine.js';

/** Numbers from -1 to 1 without a pattern that sums would share. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const [rows, inner, columns] = [512, 1024, 1280];
const x = numbers(rows * inner, 1);
const bias = numbers(columns, 3);

/** Largest difference to sums in double precision over some entries of each quarter, and the largest such sum. */
function differenceFromDouble(y: ArrayLike<number>, w: Float32Array, biased: boolean) {
  let [difference, largest] = [0, 0];
  for (let row = 0; row < rows; row += 73) {
    for (let column = 0; column < columns; column += 91) {
      let sum = biased ? bias[column]! : 0;
      for (let i = 0; i < inner; i++) sum += x[row * inner + i]! * w[i * columns + column]!;
      difference = Math.max(difference, Math.abs(y[row * columns + column]! - sum));
      largest = Math.max(largest, Math.abs(sum));
    }
  }
  return { difference, largest };
}

describe.each([2 ** 30, 0])('large products with constant weights, %i bytes for halves', (strassenBytes) => {
  beforeAll(async () => {
    await selectEngine('onnxruntime', { strassenBytes });
  });

  it.each([
    [true, true],
    [true, false],
    [false, true],
  ])('are those of double precision, transposed: %s, with a bias: %s', async (transposeB, biased) => {
    const plain = tf.tensor2d(numbers(inner * columns, 2), [inner, columns]);
    const w = await plain.data<'float32'>();
    const weights = { w: transposeB ? plain.transpose() : plain, b: tf.tensor1d(bias) };
    await weights.w.data();
    const product = jit(
      ({ w, b }: typeof weights, a: tf.Tensor2D) =>
        biased ? tf.fused.matMul({ a, b: w, transposeB, bias: b }) : tf.matMul(a, w, false, transposeB),
      { constants: [0] },
    );
    const result = await product(weights, tf.tensor2d(x, [rows, inner]));
    const { difference, largest } = differenceFromDouble(await result.data(), w, biased);
    expect(largest).toBeGreaterThan(10);
    expect(difference).toBeLessThan(2e-6 * largest);
    await product.dispose();
  });

  it('serve inside a loop, and several from one matrix', async () => {
    const side = 1024;
    const weights = [4, 5].map((seed) => tf.tensor2d(numbers(side * side, seed), [side, side]).div(32));
    await Promise.all(weights.map((w) => w.data()));
    const turn = (w: tf.Tensor[]) => (y: tf.Tensor2D) =>
      tf.matMul(y, w[0]!).add(tf.matMul(y, w[1]!)).tanh() as tf.Tensor2D;
    const looped = jit((w: tf.Tensor[], y: tf.Tensor2D) => repeat(3, turn(w), y), { constants: [0] });
    const unlike = jit((w: tf.Tensor[], y: tf.Tensor2D) => repeat(3, turn(w), y));
    const start = tf.tensor2d(numbers(rows * side, 6), [rows, side]);
    const [a, b] = await Promise.all([looped(weights, start), unlike(weights, start)]);
    expect(await a.sub(b).abs().max().data()).toSatisfy(([most]: number[]) => most! < 1e-4);
    await Promise.all([looped.dispose(), unlike.dispose()]);
  });
});

/** The numbers of `x w`, `rows` of `x`, compiled with a limit. */
async function productWithin(strassenBytes: number, rows: number, constants: number[]): Promise<Float32Array> {
  await selectEngine('onnxruntime', { strassenBytes, threads: 1 });
  const w = tf.tensor2d(numbers(1024 * 1024, 7), [1024, 1024]);
  const product = jit((w: tf.Tensor2D, a: tf.Tensor2D) => tf.matMul(a, w), { constants });
  const result = await product(w, tf.tensor2d(x.subarray(0, rows * 1024), [rows, 1024]));
  const values = await result.data<'float32'>();
  await product.dispose();
  return values;
}

it.each([
  { rows: 512, constants: [0], bytes: 7 * 2 ** 20, halved: true },
  { rows: 512, constants: [0], bytes: 7 * 2 ** 20 - 1, halved: false },
  { rows: 256, constants: [0], bytes: 2 ** 30, halved: false },
  { rows: 512, constants: [], bytes: 2 ** 30, halved: false },
])('$rows rows, constants [$constants], $bytes bytes allowed: made of halves $halved', async (each) => {
  const { rows, constants, bytes, halved } = each;
  const whole = await productWithin(0, rows, constants);
  const found = await productWithin(bytes, rows, constants);
  // Other roundings tell that sums were made.
  expect(found.some((value, i) => value !== whole[i])).toBe(halved);
});

it('of one array in two shapes', async () => {
  await selectEngine('onnxruntime');
  const values = numbers(1024 * 1024, 8);
  const weights = [tf.ones([1024, 1024]), tf.ones([2048, 1024])] as tf.Tensor2D[];
  await Promise.all(weights.map((w) => w.data()));
  const sums = jit(
    (w: tf.Tensor2D[], flat: tf.Tensor1D) =>
      w.map((each) => tf.matMul(flat.reshape([-1, each.shape[0]]) as tf.Tensor2D, each).sum()),
    { constants: [0] },
  );
  const [a, b] = await Promise.all((await sums(weights, tf.tensor1d(values))).map((sum) => sum.data()));
  expect(a![0]! / b![0]!).toBeCloseTo(1, 3);
  await sums.dispose();
});
