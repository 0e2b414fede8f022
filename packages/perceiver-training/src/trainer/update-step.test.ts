import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, expect, test } from 'vitest';
import { adamw } from '../optimizers/adamw.js';
import { chain } from '../optimizers/chain.js';
import { clipByGlobalNorm } from '../optimizers/clip-by-global-norm.js';
import { decayMatrices } from '../optimizers/decay-mask.js';
import { lamb } from '../optimizers/lamb.js';
import { muon } from '../optimizers/muon.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { scaleByAdam } from '../optimizers/scale-by-adam.js';
import { sgd } from '../optimizers/sgd.js';
import { fillBuffers, readParameters } from '../parameters/flat-buffers.js';
import { BLOCK, layoutParameters } from '../parameters/parameter-layout.js';
import { hostRandom } from '../random/host-random.js';
import { fillTrainState } from './fill-train-state.js';
import { compileUpdateStep, type UpdateOptions } from './update-step.js';

beforeAll(async () => {
  await selectEngine('onnxruntime', { threads: 1 });
});

const MEMBERS = [
  { name: 'a.weight', shape: [300, 1000] },
  { name: 'a.bias', shape: [1000] },
  { name: 'b.weight', shape: [1000, 37] },
];

function numbers(seed: number, name: string): Float32Array {
  const size = MEMBERS.find((member) => member.name === name)!.shape.reduce((a, b) => a * b, 1);
  const random = hostRandom(seed, name.length);
  return Float32Array.from({ length: size }, () => random.uniform() - 0.5);
}

async function threeSteps(optimizer: Optimizer, options: UpdateOptions) {
  const layout = layoutParameters(MEMBERS, optimizer.group);
  const update = compileUpdateStep(optimizer, layout, options);
  const state = await fillTrainState(optimizer, layout, {
    read: (name) => numbers(1, name),
    average: options.averageDecay !== undefined,
  });
  const gradients = await fillBuffers(layout, (name) => numbers(2, name));
  const norms = [];
  for (let step = 0; step < 3; step++)
    norms.push(await update.run(state, gradients, { step, fraction: 0 }, { measure: step === 2 }));
  const result: Record<string, Float32Array> = {};
  for (const [part, buffers] of Object.entries({ parameters: state.parameters, ...state.moments }))
    await readParameters(layout, buffers, (name, values) => {
      result[`${part}/${name}`] = values.slice();
    });
  tf.dispose([state.parameters, gradients, ...Object.values(state.moments)]);
  await update.dispose();
  return { norms, result, layout };
}

test.each([
  ['adamw', adamw({ learningRate: 0.01, maxNorm: 1, mask: decayMatrices })],
  ['lamb', lamb({ learningRate: 0.01, maxNorm: 1 })],
  ['muon', muon({ learningRate: 0.01, maxNorm: 1 })],
  ['sgd', sgd({ learningRate: 0.1, momentum: 0.9 })],
])('%s: an update in pieces equals one in a single graph', async (_, optimizer) => {
  const before = tf.memory().numTensors;
  const options = { averageDecay: 0.9, accumulate: 2 };
  const whole = await threeSteps(optimizer, options);
  const pieces = await threeSteps(optimizer, { ...options, piecesAbove: 1000 });
  expect(pieces.layout.groups[0]!.size % BLOCK).toBe(0);
  expect(tf.memory().numTensors).toBe(before);
  for (const [name, expected] of Object.entries(whole.result)) {
    const largest = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const error = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - pieces.result[name]![i]!)), 0);
    expect(error / (largest || 1), name).toBeLessThan(2e-6);
  }
  whole.norms.forEach((norms, i) => {
    expect(pieces.norms[i]!.gradientNorm / norms.gradientNorm).toBeCloseTo(1, 5);
    expect(norms.updateNorm === undefined).toBe(i < 2);
    if (norms.updateNorm) expect(pieces.norms[i]!.updateNorm! / norms.updateNorm).toBeCloseTo(1, 5);
  });
});

test('memory: parameters, gradients and two moments are all there is', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = async () => {
    // Freed buffers are returned by another thread, some time after the collection.
    for (let i = 0; i < 3; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return arrayBuffers + heapUsed;
  };
  // 4.5 million numbers: more than fit a graph in one piece.
  const layout = layoutParameters([{ name: 'w', shape: [2 ** 22 + 2 ** 18] }], () => 'all');
  const bytes = 4 * layout.count;
  const optimizer = adamw({ learningRate: 0.01 });
  const before = await held();
  const state = await fillTrainState(optimizer, layout, { read: () => new Float32Array(layout.count).fill(1) });
  const gradients = await fillBuffers(layout, () => new Float32Array(layout.count).fill(1));
  const update = compileUpdateStep(optimizer, layout);
  const memory: number[] = [];
  for (let step = 0; step < 5; step++) {
    await update.run(state, gradients, { step, fraction: 0 });
    memory.push(((await held()) - before) / bytes);
  }
  for (const copies of memory) expect(copies).toBeLessThan(4.2);
  expect(memory.at(-1)! - memory[1]!).toBeLessThan(0.05);
  tf.dispose([state.parameters, gradients, ...Object.values(state.moments)]);
});

test.each(['cpu', 'onnxruntime'] as const)('moving average and norms in closed form on %s', async (engine) => {
  await selectEngine(engine);
  const optimizer = sgd({ learningRate: 1 });
  const layout = layoutParameters([{ name: 'w', shape: [4] }], optimizer.group);
  const update = compileUpdateStep(optimizer, layout, { averageDecay: 0.5, accumulate: 2 });
  const state = await fillTrainState(optimizer, layout, { read: () => new Float32Array(4), average: true });
  // The sum of two batches' gradients: their mean is 1 in each of 4 places, its norm 2.
  const gradients = await fillBuffers(layout, () => new Float32Array(4).fill(2));
  for (const expected of [-0.5, -1.25, -2.125]) {
    const norms = await update.run(state, gradients, { step: 0, fraction: 0 }, { measure: true });
    expect(norms).toEqual({ gradientNorm: 2, updateNorm: 2 });
    expect(Array.from(await state.moments.average!.all!.data())).toEqual(new Array(4).fill(expected));
  }
  expect(Array.from(await state.parameters.all!.data())).toEqual(new Array(4).fill(-3));
  tf.dispose([state.parameters, gradients, ...Object.values(state.moments)]);
  await update.dispose();
  await selectEngine('onnxruntime', { threads: 1 });
});

test('a clip further on in the chain is refused, since it needs all updates at once', () => {
  const optimizer = chain(scaleByAdam(), clipByGlobalNorm(1));
  const layout = layoutParameters(MEMBERS, optimizer.group);
  expect(() => compileUpdateStep(optimizer, layout)).toThrow(/only at the head of the chain/);
});
