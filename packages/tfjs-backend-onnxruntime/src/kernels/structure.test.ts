import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { broadcastable, expectLikeCpu, forAll, input, seeds, shapes, startEngines } from '../testing/compare.js';

beforeAll(startEngines);

const TYPES = ['float32', 'int32', 'bool'] as const;
const types = fc.constantFrom(...TYPES);

type Case<T> = [shape: number[], choice: T, seed: number, dtype: (typeof TYPES)[number], compiled: boolean];

/** A shape and something chosen for it. */
const withChoice = <T>(choose: (shape: number[]) => fc.Arbitrary<T>, options = {}): fc.Arbitrary<Case<T>> =>
  shapes(options).chain((shape) => fc.tuple(fc.constant(shape), choose(shape), seeds, types, fc.boolean()));

const each = (shape: number[], of: (length: number) => fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  shape.length === 0 ? fc.constant([]) : fc.tuple(...shape.map(of));

const boxOf = (shape: number[]) =>
  each(shape, (length) => fc.integer({ min: 0, max: length })).chain((begin) =>
    fc.tuple(
      fc.constant(begin),
      shape.length === 0
        ? fc.constant<number[]>([])
        : fc.tuple(...shape.map((length, i) => fc.integer({ min: 0, max: length - begin[i]! }))),
    ),
  );

const axisOf = (shape: number[]) => fc.integer({ min: -shape.length, max: shape.length - 1 });
const RANKED = { minRank: 1 };

const check =
  <T>(operation: (choice: T) => (x: tf.Tensor) => tf.Tensor | tf.Tensor[]) =>
  ([shape, choice, seed, dtype, compiled]: Case<T>) =>
    expectLikeCpu((x) => operation(choice)(x!), [input(shape, { dtype }, seed)], {
      // tfjs cannot differentiate what has no elements.
      gradients: dtype === 'float32' && !shape.includes(0),
      compiled,
    });

describe('kernels that move elements', () => {
  it('slice', () =>
    forAll(
      withChoice(boxOf),
      check(
        ([begin, size]) =>
          (x) =>
            x.rank === 0 ? x.clone() : tf.slice(x, begin, size),
      ),
      12,
    ));

  it('transpose', () =>
    forAll(
      withChoice((shape) => fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
      check((perm) => (x) => tf.transpose(x, perm)),
      12,
    ));

  it('reverse', () =>
    forAll(
      withChoice((shape) => fc.subarray([...shape.keys()])),
      check((axes) => (x) => tf.reverse(x, axes)),
      8,
    ));

  it('tile', () =>
    forAll(
      withChoice((shape) => each(shape, () => fc.integer({ min: 1, max: 3 })), RANKED),
      check((repeats) => (x) => tf.tile(x, repeats)),
      8,
    ));

  it('pad', () =>
    forAll(
      withChoice(
        (shape) => fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: shape.length, maxLength: shape.length }),
        RANKED,
      ),
      check((paddings) => (x) => tf.pad(x, paddings as [number, number][], 1)),
      10,
    ));

  it.each(['reflect', 'symmetric'] as const)('mirrorPad %s', (mode) =>
    forAll(
      withChoice(() => fc.constant(mode), { minRank: 1, maxRank: 3, minLength: 2 }),
      check(
        (mode) => (x) =>
          tf.mirrorPad(
            x,
            x.shape.map((_, i): [number, number] => [i % 2, 1]),
            mode,
          ),
      ),
    ),
  );

  it('expandDims, squeeze and reshape', () =>
    forAll(
      withChoice((shape) => fc.integer({ min: 0, max: shape.length })),
      check((axis) => (x) => [tf.expandDims(x, axis), tf.squeeze(x), tf.reshape(x, [x.size, 1])]),
    ));

  it('split and unstack', async () => {
    await forAll(
      withChoice(axisOf, RANKED),
      check((axis) => (x) => tf.split(x, [0, x.shape.at(axis)!], (axis + x.rank) % x.rank)),
    );
    await forAll(
      withChoice(axisOf, { minRank: 1, minLength: 1 }),
      check((axis) => (x) => tf.unstack(x, axis)),
    );
  });

  it('strided slices, backwards and with masks', async () => {
    for (const [begin, end, strides, ...masks] of [
      [
        [0, 0],
        [4, 5],
        [2, 2],
      ],
      [
        [3, 4],
        [-5, -6],
        [-1, -2],
      ],
      [[1, -2], [3, 5], [1, 1], 1, 2],
      [[1, 2], [2, 5], [1, 1], 0, 0, 0, 0, 1],
    ] as [number[], number[], number[], ...number[]][]) {
      for (const dtype of TYPES) {
        await expectLikeCpu((x) => tf.stridedSlice(x!, begin, end, strides, ...masks), [input([4, 5], { dtype })]);
      }
    }
    // Here tfjs' cpu backend takes columns 1 and 2 of row 0.
    await tf.setBackend('onnxruntime');
    const x = tf.range(0, 20).reshape([4, 5]);
    expect(await tf.stridedSlice(x, [1, 0], [2, 5], [1, 3], 0, 0, 0, 0, 1).array()).toEqual([5, 8]);
    expect(tf.stridedSlice(x, [2, 3], [3, 1], [1, 1]).shape).toEqual([1, 0]);
  });

  it('broadcastTo', () =>
    forAll(fc.tuple(broadcastable(2), seeds), ([[a, b], seed]) => {
      const shape = tf.backend_util.assertAndGetBroadcastShape(a!, b!);
      return expectLikeCpu((x) => tf.broadcastTo(x!, shape), [input(a!, {}, seed)], { gradients: !shape.includes(0) });
    }));

  it('diag', () =>
    forAll(
      withChoice((shape) => fc.constant(shape.length), { minRank: 1, maxRank: 2, minLength: 1 }),
      ([shape, , seed, dtype]) => expectLikeCpu((x) => tf.diag(x!), [input(shape, { dtype }, seed)]),
    ));

  it('blocks of space, batch and depth', async () => {
    const x = input([4, 4, 6, 3]);
    const blocks = [2, 2];
    await expectLikeCpu(
      (x) =>
        tf.spaceToBatchND(x!, blocks, [
          [1, 1],
          [2, 0],
        ]),
      [x],
      { gradients: true },
    );
    await expectLikeCpu(
      (x) =>
        tf.batchToSpaceND(x!, blocks, [
          [1, 0],
          [0, 2],
        ]),
      [x],
      { gradients: true },
    );
    await expectLikeCpu((x) => tf.depthToSpace(x as tf.Tensor4D, 2), [input([2, 3, 2, 8])]);
  });
});

describe('kernels that join tensors', () => {
  it('concat, with parts of no length', () =>
    forAll(
      fc.tuple(shapes(RANKED), fc.nat(3), fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }), types, fc.boolean()),
      ([shape, axis, lengths, dtype, compiled]) => {
        const along = axis % shape.length;
        const parts = lengths.map((length, i) =>
          input(
            shape.map((d, j) => (j === along ? length : d)),
            { dtype },
            i,
          ),
        );
        const empty = parts.some((part) => part.shape.includes(0));
        return expectLikeCpu((...xs) => tf.concat(xs, along), parts, {
          gradients: dtype === 'float32' && !empty,
          compiled,
        });
      },
      12,
    ));

  it('stack', () =>
    forAll(
      fc.tuple(shapes({ maxRank: 3 }), fc.nat(3), fc.integer({ min: 1, max: 3 }), types),
      ([shape, axis, count, dtype]) => {
        const parts = Array.from({ length: count }, (_, i) => input(shape, { dtype }, i));
        return expectLikeCpu((...xs) => tf.stack(xs, axis % (shape.length + 1)), parts);
      },
    ));
});

describe('kernels that make tensors', () => {
  it('fill, zerosLike, onesLike, range and linspace', () =>
    forAll(fc.tuple(shapes(), types), ([shape, dtype]) =>
      expectLikeCpu(
        (x) => [
          tf.zerosLike(x!),
          tf.onesLike(x!),
          tf.fill(shape, 3),
          tf.range(5, -2, -2),
          tf.range(0, 4, 1, 'int32'),
          tf.range(2, 2),
          tf.linspace(0, 1, 5),
          tf.linspace(3, 9, 1),
          tf.eye(3),
        ],
        [input(shape, { dtype })],
      ),
    ));
});
