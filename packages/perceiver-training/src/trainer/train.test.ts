import * as tf from '@tensorflow/tfjs';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, test } from 'vitest';
import { sgd } from '../optimizers/sgd.js';
import { tinyBatches, tinyLoss, tinyOptimizer, tinyParameters } from '../testing/tiny-task.js';
import { indexedBatches } from './batch-source.js';
import { ResumeError } from './check-resumable.js';
import type { LossFunction } from './loss-function.js';
import { NonFiniteError } from './non-finite-error.js';
import { PARAMETERS, type Snapshot } from './snapshot.js';
import { train } from './train.js';
import type { StepReport, TrainOptions } from './train-options.js';

const ENGINES = ['cpu', 'onnxruntime'] as const;

function tiny(steps: number, changes: Partial<TrainOptions<Record<string, tf.Tensor>>> = {}) {
  return {
    loss: tinyLoss,
    parameters: tinyParameters(1),
    optimizer: tinyOptimizer(steps),
    data: tinyBatches(1),
    seed: 1,
    budget: { steps },
    ...changes,
  };
}

/** Copies a snapshot into memory, as a checkpoint does on the disk. */
async function copySnapshot(snapshot: Snapshot): Promise<Snapshot> {
  const numbers = new Map<string, Float32Array>();
  for (const part of snapshot.parts)
    for (const { name } of snapshot.members) numbers.set(`${part}/${name}`, (await snapshot.read(part, name)).slice());
  return {
    ...snapshot,
    progress: JSON.parse(JSON.stringify(snapshot.progress)),
    read: async (part, name) => numbers.get(`${part}/${name}`)!,
  };
}

describe.each(ENGINES)('train on %s', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine, { threads: 1 });
  });

  test('the loss falls, every step is reported, and no tensor leaks', async () => {
    const reports: StepReport[] = [];
    const onStep = (report: StepReport) => {
      reports.push(report);
    };
    const before = tf.memory().numTensors;
    const result = await train(tiny(300, { recorders: [{ onStep }], averageDecay: 0.9 }));
    tf.dispose([result.parameters, result.averaged!]);
    expect(tf.memory().numTensors).toBe(before);
    expect(result).toMatchObject({ step: 300, stopped: 'budget' });
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    const mean = (values: StepReport[]) => values.reduce((sum, { loss }) => sum + loss, 0) / values.length;
    expect(mean(reports.slice(-20))).toBeLessThan(0.8 * mean(reports.slice(0, 20)));
    expect(reports[4]!.metrics).toMatchObject({ learningRate: 0.008, absoluteError: expect.any(Number) });
    expect(reports[4]!.metrics.updateNorm).toBeUndefined();
    expect(reports[49]!.metrics.updateNorm).toBeGreaterThan(0);
  });

  test('accumulated halves of a batch equal the batch', async () => {
    // The mean over 2 x 8 rows is the mean over 16; without dropout both give the same update.
    const loss: LossFunction = (parameters, { x }) => x!.mul(parameters.w!).sub(1).square().mean();
    const options = (size: number, accumulate: number) => ({
      loss,
      parameters: { w: tf.scalar(0.25) },
      optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
      data: indexedBatches(3, (index) => ({ x: tf.range(index * size, (index + 1) * size).div(64) })),
      budget: { steps: 4 },
      accumulate,
    });
    const whole = await train(options(16, 1));
    const halves = await train(options(8, 2));
    expect(halves.parameters.w!.dataSync()[0]).toBeCloseTo(whole.parameters.w!.dataSync()[0]!, 6);
    expect(halves.loss).toBeCloseTo(whole.loss!, 6);
  });

  test('a resumed run equals one that was left alone', async () => {
    const losses: number[] = [];
    let snapshot: Snapshot | undefined;
    await train(
      tiny(30, {
        averageDecay: 0.9,
        checkpoint: { everySteps: 13 },
        recorders: [
          {
            onStep: ({ loss }) => {
              losses.push(loss);
            },
            save: async (live) => {
              snapshot ??= await copySnapshot(live);
            },
          },
        ],
      }),
    );
    const resumed: number[] = [];
    const recorders = [{ onStep: ({ loss }: StepReport) => void resumed.push(loss) }];
    await train(tiny(30, { averageDecay: 0.9, resume: snapshot, recorders }));
    expect(snapshot!.parts).toEqual([PARAMETERS, 'firstMoment', 'secondMoment', 'average']);
    expect(resumed).toEqual(losses.slice(13));

    await expect(train(tiny(30, { averageDecay: 0.9, resume: snapshot, seed: 2 }))).rejects.toThrow(ResumeError);
    await expect(train(tiny(30, { resume: snapshot }))).rejects.toThrow(/expected a checkpoint with/);
  });

  test.each([
    [
      'a gradient',
      (w: tf.Tensor, off: tf.Tensor) => w.square().mul(off).sqrt().sum(),
      /step 2: .* NaN in the gradient of bad/,
    ],
    ['the loss', (w: tf.Tensor, off: tf.Tensor) => w.mul(off).log().sum(), /step 2: .* in the gradient of bad/],
  ])('NaN in %s stops with step and tensor, and saves nothing', async (_, broken, message) => {
    const saved: number[] = [];
    // `off` is 1, and 0 at step 2.
    const loss: LossFunction = (parameters, { x, off }) =>
      parameters.good!.sub(x!).square().sum().add(broken(parameters.bad!, off!)) as tf.Scalar;
    const options: TrainOptions<Record<string, tf.Tensor>> = {
      loss,
      parameters: { good: tf.tensor1d([1, 2]), bad: tf.tensor1d([1, 1]) },
      optimizer: sgd({ learningRate: 0.01 }),
      data: indexedBatches(0, (index) => ({ x: tf.scalar(index), off: tf.scalar(index === 2 ? 0 : 1) })),
      budget: { steps: 5 },
      checkpoint: { everySteps: 1 },
      recorders: [{ save: async ({ progress }) => void saved.push(progress.step) }],
    };
    const failure = await train(options).catch((error) => error);
    expect(failure).toBeInstanceOf(NonFiniteError);
    expect(failure.step).toBe(2);
    expect(failure.message).toMatch(message);
    expect(saved).toEqual([1, 2]);
  });

  test('evaluates on time, keeps the best, and gives the average', async () => {
    const values = [3, 1, 2];
    const best: boolean[] = [];
    const result = await train(
      tiny(6, {
        averageDecay: 0.5,
        evaluation: {
          everySteps: 2,
          bestBy: { metric: 'loss' },
          run: async (parameters, { averaged }) => {
            expect(Object.keys(parameters)).toEqual(Object.keys(averaged!));
            return { loss: values.shift()! };
          },
        },
        recorders: [{ onEvaluation: (report) => void best.push(report.best) }],
      }),
    );
    expect(best).toEqual([true, true, false]);
    expect(result.evaluation).toEqual({ loss: 2 });
  });

  test('a budget in minutes ends by the clock, and schedules see the share used', async () => {
    let time = 0;
    const fractions: number[] = [];
    const result = await train(
      tiny(0, {
        budget: { minutes: 1 },
        optimizer: sgd({
          learningRate: ({ fraction }) => {
            fractions.push(fraction);
            return 0.01;
          },
        }),
        now: () => time,
        recorders: [
          {
            onStep: () => {
              time += 15;
            },
          },
        ],
      }),
    );
    expect(result.step).toBe(4);
    expect([...new Set(fractions)]).toEqual([0, 0.25, 0.5, 0.75]);
  });

  test('an aborted signal stops after the step and saves', async () => {
    const controller = new AbortController();
    const saved: number[] = [];
    const onStep = ({ step }: StepReport) => (step === 3 ? controller.abort() : undefined);
    const save = async ({ progress }: Snapshot) => void saved.push(progress.step);
    const result = await train(tiny(10, { signal: controller.signal, recorders: [{ onStep, save }] }));
    expect(result).toMatchObject({ step: 3, stopped: 'signal' });
    expect(saved).toEqual([3]);
  });

  test('the gradients can be replaced between the graphs', async () => {
    const initial = tinyParameters(1);
    const kept = Object.fromEntries(Object.entries(initial).map(([name, tensor]) => [name, tensor.dataSync().slice()]));
    const result = await train(
      tiny(3, {
        parameters: initial,
        optimizer: sgd({ learningRate: 1 }),
        exchange: async (gradients) => {
          const zeros = Object.fromEntries(Object.entries(gradients).map(([name, flat]) => [name, tf.zerosLike(flat)]));
          tf.dispose(gradients);
          return zeros;
        },
      }),
    );
    for (const [name, tensor] of Object.entries(result.parameters)) expect(tensor.dataSync()).toEqual(kept[name]);
  });
});
