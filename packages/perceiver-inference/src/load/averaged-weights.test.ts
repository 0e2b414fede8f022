import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCheckpoint, writeSafetensors } from 'perceiver-checkpoints';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { averagedWeights } from './averaged-weights.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'averaged-'));
});
afterAll(() => rm(folder, { recursive: true }));

const numbers = (...values: number[]) => ({
  dtype: 'F32' as const,
  shape: [values.length],
  data: Float32Array.from(values),
});

it('takes averages where there are some, and the rest as it is', async () => {
  await writeSafetensors(join(folder, 'model.safetensors'), { w: numbers(1, 2), running_mean: numbers(3) });
  const open = () => openCheckpoint(join(folder, 'model.safetensors'));
  const weights = await open();
  await expect(averagedWeights(folder, weights)).rejects.toThrow(
    `${folder}: expected the checkpoint of a training run, with a moving average`,
  );
  const training = join(folder, 'training.safetensors');
  await writeSafetensors(training, { 'mu/w': numbers(9, 9) });
  await expect(averagedWeights(folder, weights)).rejects.toThrow('a run keeps one with training.averageDecay');
  await writeSafetensors(training, { 'mu/w': numbers(9, 9), 'average/w': numbers(5, 6) });
  const averaged = await averagedWeights(folder, weights);
  expect([...averaged.tensors.keys()].sort()).toEqual(['running_mean', 'w']);
  const read = new Float32Array(2);
  await averaged.readInto('w', read);
  expect([...read]).toEqual([5, 6]);
  expect((await averaged.read('w')).data).toEqual(Float32Array.of(5, 6));
  expect((await averaged.read('running_mean')).data).toEqual(Float32Array.of(3));
  expect(averaged.tensors.get('w')!.file).toBe(training);
  await averaged.close();
});
