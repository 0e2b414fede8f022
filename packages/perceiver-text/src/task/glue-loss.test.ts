import * as tf from '@tensorflow/tfjs';
import { declareParameters } from 'perceiver-core';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, expect, it } from 'vitest';
import { encodeExamples } from '../glue/encode-examples.js';
import type { GlueTaskName } from '../glue/glue-task.js';
import { type GlueClassifierConfig, glueClassifier } from '../model/glue-classifier.js';
import { languagePerceiverTiny } from '../model/presets/language-perceiver-tiny.js';
import { type GlueBatch, glueLoss } from './glue-loss.js';

const { vocabSize, maxPositions, modelChannels, encoder } = languagePerceiverTiny;

/** The loss of a model whose weights are 0 but for the last biases. */
async function lossOf(
  tasks: readonly GlueTaskName[],
  biases: Readonly<Partial<Record<GlueTaskName, number[]>>>,
  examples: readonly { taskId: number; label: number }[],
  labelSmoothing = 0,
): Promise<number> {
  const config: GlueClassifierConfig = { tasks, queries: 'multitask', vocabSize, maxPositions, modelChannels, encoder };
  const model = glueClassifier(config);
  const parameters = Object.fromEntries(
    declareParameters(model).map(({ name, shape }) => {
      const [, task] = /^heads\.(\w+)\.out_proj\.bias$/.exec(name) ?? [];
      const bias = biases[task as GlueTaskName];
      return [name, bias === undefined ? tf.zeros([...shape]) : tf.tensor1d(bias)];
    }),
  );
  const batch = {
    ...encodeExamples(
      examples.map(() => ['text']),
      config,
    ),
    labels: tf.tensor1d(examples.map(({ label }) => label)),
    taskIds: tf.tensor1d(
      examples.map(({ taskId }) => taskId),
      'int32',
    ),
  } as GlueBatch;
  const key = undefined as never;
  return (
    (await (glueLoss(model, { labelSmoothing })(parameters, batch, key) as tf.Scalar).data()) as Float32Array
  )[0]!;
}

beforeAll(async () => {
  await selectEngine('cpu');
});

it('is the mean of cross entropies over the classes of each task', async () => {
  const loss = await lossOf(['sst2', 'mnli'], { sst2: [0, Math.log(3)] }, [
    { taskId: 0, label: 1 },
    { taskId: 0, label: 0 },
    { taskId: 1, label: 2 },
  ]);
  expect(loss).toBeCloseTo((-Math.log(3 / 4) - Math.log(1 / 4) + Math.log(3)) / 3, 5);
});

it('is the squared error of scores in units of 2.5', async () => {
  expect(await lossOf(['stsb'], { stsb: [2] }, [{ taskId: 0, label: 4.5 }])).toBeCloseTo(1, 5);
  const mixed = await lossOf(['mnli', 'stsb'], { stsb: [2] }, [
    { taskId: 1, label: 5 },
    { taskId: 0, label: 0 },
  ]);
  expect(mixed).toBeCloseTo((1.44 + Math.log(3)) / 2, 5);
});

it('spreads a share of the target over the classes of the task alone', async () => {
  const loss = await lossOf(['sst2', 'mnli'], { sst2: [0, Math.log(3)] }, [{ taskId: 0, label: 1 }], 0.2);
  expect(loss).toBeCloseTo(-0.9 * Math.log(3 / 4) - 0.1 * Math.log(1 / 4), 5);
});
