import { existsSync } from 'node:fs';
import { loadPretrained, openCheckpoint } from 'perceiver-checkpoints';
import { perceiverIoPackageName } from 'perceiver-core';
import { expect, it } from 'vitest';

const shared = '../shared';
const files = [
  `${shared}/fixtures-krasserm/perceiver_io_text_classifier/model.safetensors`,
  `${shared}/fixtures-krasserm/perceiver_2021_unshared/model.safetensors`,
];

it.skipIf(!existsSync(shared)).each(files)(
  'names of the perceiver-io package are mapped back and forth: %s',
  async (file) => {
    const { weights, origin } = await loadPretrained(file);
    const stored = await openCheckpoint(file);
    expect(origin).toBe('perceiver-io');
    expect([...weights.tensors.keys()].map((name) => perceiverIoPackageName(name))).toEqual([...stored.tensors.keys()]);
    await weights.close();
    await stored.close();
  },
);

const trained = `${shared}/data/weights/mnist-perceiver/perceiver_mnist_acc0.8970.safetensors`;
it.skipIf(!existsSync(trained))('a fork of it, without a decoder, too', async () => {
  const { weights, origin, config } = await loadPretrained(trained);
  expect(origin).toBe('perceiver-io');
  expect(config).toMatchObject({ num_latents: 8 });
  expect(weights.tensors.get('classifier.weight')!.shape).toEqual([10, 32]);
  expect(weights.tensors.get('classifier_norm.bias')!.shape).toEqual([32]);
  expect(weights.tensors.get('perceiver.encoder.self_attends.5.mlp.dense1.weight')!.shape).toEqual([32, 32]);
  await weights.close();
});

const autoregressive = `${shared}/fixtures-krasserm/perceiver_ar_clm/model.safetensors`;
it.skipIf(!existsSync(autoregressive))('Perceiver AR keeps its names', async () => {
  const { weights, origin } = await loadPretrained(autoregressive);
  const stored = await openCheckpoint(autoregressive);
  expect(origin).toBe('perceiver-io');
  expect([...weights.tensors.keys()]).toEqual([...stored.tensors.keys()]);
  await weights.close();
  await stored.close();
});
