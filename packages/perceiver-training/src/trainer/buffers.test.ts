import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { openSafetensors } from 'perceiver-checkpoints';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sgd } from '../optimizers/sgd.js';
import { listCheckpoints, openCheckpoint } from '../run/checkpoint-store.js';
import { openRunDirectory } from '../run/run-directory.js';
import {
  NORM_CHANNELS,
  normTaskBatches,
  normTaskBuffers,
  normTaskLoss,
  normTaskOptimizer,
  normTaskParameters,
} from '../testing/tiny-norm-task.js';
import { indexedBatches } from './batch-source.js';
import { ResumeError } from './check-resumable.js';
import type { LossAndMetrics, LossFunction } from './loss-function.js';
import { train } from './train.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'buffers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const normTask = (steps: number) => ({
  loss: normTaskLoss,
  parameters: normTaskParameters(1),
  buffers: normTaskBuffers(),
  optimizer: normTaskOptimizer(),
  data: normTaskBatches(1),
  budget: { steps },
});

/** x goes through; the buffer `mean` follows its mean, `untouched` is read only. */
const followMean: LossFunction = (parameters, { x }) => ({
  loss: x!.mul(parameters.w!).sub(parameters.untouched!).square().mean() as tf.Scalar,
  metrics: {},
  buffers: { mean: parameters.mean!.mul(0.9).add(x!.mean().mul(0.1)) },
});

const followTask = (changes: object = {}) => ({
  loss: followMean,
  parameters: { w: tf.scalar(0.5) },
  buffers: { mean: tf.scalar(0), untouched: tf.scalar(3) },
  optimizer: sgd({ learningRate: 0.01 }),
  data: indexedBatches(0, (index) => ({ x: tf.tensor1d([index, index + 2]) })),
  budget: { steps: 5 },
  ...changes,
});

describe.each(['cpu', 'onnxruntime'] as const)('buffers on %s', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine, { threads: 1 });
  });

  test('move as the closed form says, also when gradients are accumulated, and nothing leaks', async () => {
    const before = tf.memory().numTensors;
    for (const accumulate of [1, 2]) {
      const { parameters, averaged } = await train(followTask({ accumulate, averageDecay: 0.5 }));
      // Batch i has the mean i + 1; a step of two batches moves the buffer twice.
      let mean = 0;
      for (let i = 0; i < 5 * accumulate; i++) mean = 0.9 * mean + 0.1 * (i + 1);
      expect(parameters.mean!.dataSync()[0]).toBeCloseTo(mean, 5);
      expect(parameters.untouched!.dataSync()[0]).toBe(3);
      // The moving average is one of the trained parameters only.
      expect(averaged!.mean!.dataSync()).toEqual(parameters.mean!.dataSync());
      expect(averaged!.w!.dataSync()).not.toEqual(parameters.w!.dataSync());
      tf.dispose([parameters, averaged!]);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('hold the statistics of the batches that a batch norm saw', async () => {
    // The filter is frozen at a learning rate of 0, so that the statistics of every batch are known.
    const filter = normTaskParameters(1)['conv.weight']!;
    const mean = new Array(NORM_CHANNELS).fill(0);
    const variance = new Array(NORM_CHANNELS).fill(1);
    const data = normTaskBatches(1);
    for (let i = 0; i < 4; i++) {
      const { x } = (await data.next())!;
      const values = await tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same').data();
      for (let c = 0; c < NORM_CHANNELS; c++) {
        const channel = [...values].filter((_, at) => at % NORM_CHANNELS === c);
        const batchMean = channel.reduce((sum, value) => sum + value, 0) / channel.length;
        const unbiased = channel.reduce((sum, value) => sum + (value - batchMean) ** 2, 0) / (channel.length - 1);
        mean[c] = 0.9 * mean[c] + 0.1 * batchMean;
        variance[c] = 0.9 * variance[c] + 0.1 * unbiased;
      }
    }
    const { parameters } = await train({ ...normTask(4), optimizer: sgd({ learningRate: 0 }) });
    const off = (name: string, expected: number[]) =>
      Math.max(...expected.map((value, c) => Math.abs(parameters[name]!.dataSync()[c]! - value)));
    expect(off('running_mean', mean)).toBeLessThan(1e-5);
    expect(off('running_var', variance)).toBeLessThan(1e-4);
    expect(parameters.num_batches_tracked!.dataSync()[0]).toBe(4);
  });

  test('are in evaluations and checkpoints, and a resumed run goes on from them bit for bit', async () => {
    const seen: number[] = [];
    const evaluation = {
      everySteps: 5,
      run: async (all: Record<string, tf.Tensor>, { averaged }: { averaged?: Record<string, tf.Tensor> }) => {
        seen.push(all.num_batches_tracked!.dataSync()[0]!, averaged!.num_batches_tracked!.dataSync()[0]!);
        return { weights: all['conv.weight']!.size };
      },
    };
    const alone = await train({ ...normTask(20), averageDecay: 0.9, evaluation });
    expect(seen).toEqual([5, 5, 10, 10, 15, 15, 20, 20]);

    const path = join(folder, engine);
    const first = await openRunDirectory(path, { config: {} });
    await train({ ...normTask(7), averageDecay: 0.9, recorders: [first.recorder] });
    await first.close();
    const [saved] = await listCheckpoints(join(path, 'checkpoints'));
    const model = await openSafetensors(join(saved!, 'model.safetensors'));
    expect([...model.tensors.keys()].sort()).toEqual(Object.keys(alone.parameters).sort());
    expect((await model.read('num_batches_tracked')).data).toEqual(Float32Array.of(7));
    await model.close();

    const second = await openRunDirectory(path, { config: {}, resume: true });
    const resumed = await train({ ...normTask(20), averageDecay: 0.9, resume: second.resume });
    await second.close();
    for (const part of ['parameters', 'averaged'] as const)
      for (const [name, tensor] of Object.entries(alone[part]!))
        expect([name, ...resumed[part]![name]!.dataSync()]).toEqual([name, ...tensor.dataSync()]);
    tf.dispose([alone.parameters, alone.averaged!, resumed.parameters, resumed.averaged!]);

    const snapshot = await openCheckpoint(saved!);
    const { buffers, ...without } = { ...normTask(20), averageDecay: 0.9, resume: snapshot };
    await expect(train(without)).rejects.toThrow(/buffer \w+: the checkpoint has it, the model has not/);
    const other = { ...buffers, running_mean: tf.zeros([NORM_CHANNELS + 1]) };
    const changed = { ...normTask(20), averageDecay: 0.9, buffers: other, resume: snapshot };
    await expect(train(changed)).rejects.toThrow(ResumeError);
    await snapshot.close();
  });

  test.each([
    ['of an unknown name', { other: 'mean' }, /new values of the run's buffers only, got some for 'other'/],
    ['of another shape', { mean: 'wide' }, /buffer mean: expected new values float32 \[\], got float32 \[2\]/],
  ] as const)('new values %s are refused', async (_, given, message) => {
    const loss: LossFunction = (parameters, batch, key) => {
      const result = followMean(parameters, batch, key) as LossAndMetrics;
      const [[name, what]] = Object.entries(given) as [[string, string]];
      return { ...result, buffers: { [name]: what === 'wide' ? batch.x! : result.buffers!.mean! } };
    };
    await expect(train(followTask({ loss }))).rejects.toThrow(message);
  });

  test('a name cannot be both, and integers are refused', async () => {
    await expect(train(followTask({ buffers: { w: tf.scalar(1) } }))).rejects.toThrow(/got both/);
    const integer = tf.scalar(1, 'int32');
    await expect(train(followTask({ buffers: { mean: integer } }))).rejects.toThrow(/float32, got int32/);
  });
});
