import * as tf from '@tensorflow/tfjs';
import { jit, selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, test } from 'vitest';
import { adamw } from './adamw.js';
import { isHiddenMatrix } from './hidden-matrices.js';
import { muon } from './muon.js';
import type { Optimizer, OptimizerState } from './optimizer.js';
import { optimizerScalars } from './optimizer-scalars.js';
import { orthogonalize } from './orthogonalize.js';
import type { TensorRecord } from './transformation.js';

const MATRIX = 'encoder.cross_attention.attention.self.query.weight';

describe.each(['cpu', 'onnxruntime'] as const)('on %s', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine, { threads: 1 });
  });

  test.each([
    [8, 5],
    [5, 8],
    [6, 6],
  ])('orthogonalize: the singular values of a %d x %d matrix come near 1', async (rows, columns) => {
    const made = orthogonalize(tf.randomNormal([rows, columns], 0, 3, 'float32', 7) as tf.Tensor2D);
    expect(made.shape).toEqual([rows, columns]);
    const gram = tf.matMul(made, made, rows > columns, rows <= columns);
    const values = (await gram.array()) as number[][];
    values.forEach((row, i) => {
      expect(row[i]!).toBeGreaterThan(0.4);
      expect(row[i]!).toBeLessThan(1.6);
    });
  });

  test('orthogonalize: an orthogonal matrix keeps its direction, and zeros stay zeros', async () => {
    const scaled = tf.eye(4).mul(5) as tf.Tensor2D;
    const made = (await orthogonalize(scaled).array()) as number[][];
    for (const [i, row] of made.entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? made[0]![0]! : 0, 5);
    expect(made[0]![0]!).toBeGreaterThan(0.6);
    expect(Array.from(await orthogonalize(tf.zeros([3, 2])).data())).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("the matrix moves as torch's Muon moves it", async () => {
    // torch 2.9.1 in float32 (its own iteration runs in bfloat16): start and gradients are sin and cos of 0, 1, 2, ...
    const wave = (f: (x: number) => number) =>
      tf.tensor2d(
        Array.from({ length: 12 }, (_, i) => f(i)),
        [4, 3],
      );
    const optimizer = muon({ learningRate: 0.02, weightDecay: 0.1, momentum: 0.95 });
    const after = await run(optimizer, { [MATRIX]: wave(Math.sin) }, [
      { [MATRIX]: wave(Math.cos) },
      { [MATRIX]: wave((x) => Math.cos(3 * x)) },
    ]);
    const expected = TORCH_MUON;
    const got = Array.from(await after[MATRIX]!.data());
    expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(2e-6);
  });

  test('what is not a hidden matrix moves as AdamW moves it', async () => {
    const parameters = { 'x.bias': tf.tensor1d([1, -2, 3]), 'embeddings.weight': tf.tensor2d([[1, 2]]) };
    const gradients = [{ 'x.bias': tf.tensor1d([0.5, 1, -1]), 'embeddings.weight': tf.tensor2d([[3, -1]]) }];
    const options = { learningRate: 0.01, weightDecay: 0.1, mask: () => true, b2: 0.98 };
    const [ours, theirs] = [
      await run(muon(options), parameters, gradients),
      await run(adamw(options), parameters, gradients),
    ];
    for (const name in parameters)
      expect(Array.from(await ours[name]!.data())).toEqual(Array.from(await theirs[name]!.data()));
  });
});

test.each([
  ['input_adapter.txt_embedding.weight', [262, 128], false],
  ['output_adapter.weight', [262, 128], false],
  ['perceiver.embeddings.latents', [256, 1280], false],
  ['perceiver.decoder.decoder.final_layer.weight', [1000, 1024], false],
  ['heads.head.weight', [1000, 768], false],
  ['self_attention.0.0.module.attention.q_proj.weight', [128, 128], true],
  ['perceiver.encoder.self_attends.0.attention.output.dense.weight', [64, 64], true],
  ['perceiver.encoder.self_attends.0.attention.output.dense.bias', [64], false],
  ['perceiver.input_preprocessor.convnet.conv.weight', [64, 3, 7, 7], false],
])('isHiddenMatrix: %s %j: %s', (name, shape, expected) => {
  expect(isHiddenMatrix({ name, shape })).toBe(expected);
});

async function run(optimizer: Optimizer, start: TensorRecord, gradients: TensorRecord[]): Promise<TensorRecord> {
  const step = jit(optimizer.update);
  let parameters = start;
  let state: OptimizerState = optimizer.init(parameters);
  for (const [t, gradient] of gradients.entries()) {
    const scalars = optimizerScalars(optimizer, { step: t, fraction: 0 });
    ({ parameters, state } = await step(gradient, state, parameters, scalars));
  }
  return parameters;
}

const TORCH_MUON = [
  -0.0058886, 0.8426645, 0.9087486, 0.1455398, -0.753415, -0.9535811, -0.2837457, 0.6525481, 0.9867608, 0.4144942,
  -0.5332927, -0.9925185,
];
