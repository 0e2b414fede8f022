import { emit, emitMany, int64s } from '../graph/emit.js';
import { int, sizeOf, type Tracing, type Value } from '../graph/value.js';
import { concatenate, sliceBox } from './structure.js';

/** Fewer rows do not pay for the sums: a product of 512 x 1024 by 1024 x 1024 saves an eighth of its multiplications. */
const LEAST_ROWS = 512;
const LEAST_WIDTH = 1024;

/** What `selectEngine` takes as `strassenBytes` where products of halves pay: 22 of the 36 weights of 1024 x 1024 that a released image classifier has in its shared block. */
export const STRASSEN_BYTES = 160 * 2 ** 20;

/** Bytes of halves and sums in the function that is being compiled. */
const taken = new WeakMap<Tracing, number>();

/** The quarters of a matrix and the sums of them that Winograd's form multiplies. */
interface LeftSide {
  readonly quarters: readonly [Value, Value, Value, Value];
  readonly sums: readonly [Value, Value, Value, Value];
}

/** Queries, keys and values are products of the same matrix. */
const leftSides = new WeakMap<Value, LeftSide>();

/**
 * `a b + bias` by seven products of half the size instead of eight (Strassen, 1969, in Winograd's form of 15 additions), for a large `a` that
 * differs from run to run and constant weights `b`, whose sums ONNX Runtime makes when it compiles. Rounding errors are a few times those of the
 * plain product. See docs/decisions/2026-11-25-seven-products.md.
 *
 * @param a `[rows, inner]`
 * @param b `[inner, columns]`, or `[columns, inner]` if `transposeB`
 * @param bias `[columns]`
 * @param limit bytes of halves and sums of weights that the function being compiled may hold
 * @returns `[rows, columns]`, or undefined where it does not pay
 */
export function strassenProduct(
  a: Value,
  b: Value,
  transposeB: boolean,
  bias: Value | undefined,
  limit: number,
): Value | undefined {
  const [rows, inner] = a.shape as [number, number];
  const columns = b.shape[transposeB ? 0 : 1]!;
  const constant = b.traced === undefined && (b.data !== undefined || b.file !== undefined);
  const large = rows >= LEAST_ROWS && Math.min(inner, columns) >= LEAST_WIDTH;
  const even = rows % 2 === 0 && inner % 2 === 0 && columns % 2 === 0;
  if (!constant || !large || !even || a.traced === undefined) return undefined;
  const bytes = (taken.get(a.traced) ?? 0) + 7 * sizeOf(b.shape);
  if (bytes > limit) return undefined;
  taken.set(a.traced, bytes);

  const [m, k, n] = [rows / 2, inner / 2, columns / 2];
  const { quarters, sums } = leftSideOf(a);
  const [, a12, , a22] = quarters;
  const [s1, s2, , s4] = sums;
  const quarterOfB = (i: number, j: number): Value =>
    transposeB ? sliceBox(b, [j * n, i * k], [n, k]) : sliceBox(b, [i * k, j * n], [k, n]);
  const [b11, b12, b21, b22] = [quarterOfB(0, 0), quarterOfB(0, 1), quarterOfB(1, 0), quarterOfB(1, 1)];
  const t1 = subtract(b12, b11);
  const t2 = subtract(b22, t1);
  const product = (x: Value, y: Value, added: Value | undefined): Value =>
    emit('Gemm', added === undefined ? [x, y] : [x, y, added], 'float32', [m, n], transposeB ? { transB: int(1) } : {});

  // All quarters of the result contain `first`, those of the right half `right`: so the left half's bias comes in with the one, the rest of the right
  // half's with the other.
  const biasOf = (half: number): Value | undefined => bias && sliceBox(bias, [half * n], [n]);
  const first = product(quarters[0], b11, biasOf(0));
  const right = product(s1, t1, bias && subtract(biasOf(1)!, biasOf(0)!));
  const u2 = product(s2, t2, first);
  const u3 = product(sums[2], subtract(b22, b12), u2);
  const c11 = product(a12, b21, first);
  const c12 = product(s4, b22, add(u2, right));
  const c21 = product(a22, subtract(b21, t2), u3);
  const c22 = add(u3, right);
  return concatenate([concatenate([c11, c12], 1), concatenate([c21, c22], 1)], 0);
}

function leftSideOf(a: Value): LeftSide {
  // The same matrix is reshaped anew for each product.
  const source = a.node?.op === 'Reshape' ? a.node.inputs[0]! : a;
  const known = leftSides.get(source);
  const sameSize = (quarter: Value) => quarter.shape[0]! * 2 === a.shape[0] && quarter.shape[1]! * 2 === a.shape[1];
  if (known !== undefined && sameSize(known.quarters[0])) return known;
  const [left, right] = halves(a, 1);
  const [a11, a21] = halves(left, 0);
  const [a12, a22] = halves(right, 0);
  const s1 = add(a21, a22);
  const s2 = subtract(s1, a11);
  const side: LeftSide = {
    quarters: [a11, a12, a21, a22],
    sums: [s1, s2, subtract(a11, a21), subtract(a12, s2)],
  };
  leftSides.set(source, side);
  return side;
}

function halves(x: Value, axis: 0 | 1): [Value, Value] {
  const shape = [...x.shape];
  shape[axis] = shape[axis]! / 2;
  const outputs = [0, 1].map(() => ({ type: x.type, shape }));
  return emitMany('Split', [x, int64s([shape[axis]!, shape[axis]!])], outputs, { axis: int(axis) }) as [Value, Value];
}

const add = (x: Value, y: Value): Value => emit('Add', [x, y], 'float32', x.shape);
const subtract = (x: Value, y: Value): Value => emit('Sub', [x, y], 'float32', x.shape);
