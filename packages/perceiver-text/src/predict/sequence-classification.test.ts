import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { openSafetensors, toFloat32, writeSafetensors } from 'perceiver-checkpoints';
import { bindParameters, declareParameters, initialValues, perceiverIoPackageName } from 'perceiver-core';
import { callProgram, openModel } from 'perceiver-inference';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { program } from '../command/program.js';
import { parseClassifierConfig, sequenceClassifierKind } from '../load/classifier-config.js';
import { sequenceClassifier } from '../model/sequence-classifier.js';
import { PerceiverForSequenceClassification } from './sequence-classification.js';

const attention = (heads: number) => ({ num_cross_attention_heads: heads, cross_attention_widening_factor: 1 });
/** A TextClassifier of the `perceiver-io` package. */
const PACKAGE = {
  encoder: {
    ...attention(2),
    num_cross_attention_layers: 1,
    num_self_attention_heads: 2,
    num_self_attention_layers_per_block: 1,
    num_self_attention_blocks: 1,
    vocab_size: 262,
    max_seq_len: 24,
    num_input_channels: 8,
  },
  decoder: { ...attention(1), num_output_queries: 1, num_output_query_channels: 12, num_classes: 3 },
  num_latents: 4,
  num_latent_channels: 12,
};

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'classifier-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('classifies texts with a checkpoint of the perceiver-io package, also as its wrapper for Hugging Face writes it', async () => {
  const declaration = declareParameters(sequenceClassifier(parseClassifierConfig(PACKAGE)));
  const tensors = declaration.map((entry) => {
    const data = initialValues(entry, 1, { family: 'normal', std: 0.5 });
    return [
      `backend_model.${perceiverIoPackageName(entry.name)}`,
      { dtype: 'F32' as const, shape: [...entry.shape], data },
    ] as const;
  });
  await writeSafetensors(join(folder, 'model.safetensors'), new Map(tensors));
  await writeFile(
    join(folder, 'config.json'),
    JSON.stringify({ model_config: PACKAGE, id2label: { 0: 'bad', 1: 'fair', 2: 'good' } }),
  );
  const model = await PerceiverForSequenceClassification.fromPretrained(folder);
  const classes = await model.classify('a film');
  expect(classes.map(({ label }) => label).sort()).toEqual(['bad', 'fair', 'good']);
  expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  expect(classes[0]!.probability).toBeGreaterThan(classes[1]!.probability);
  expect(await model.classify(['a film', 'another'])).not.toEqual(classes);
  expect(await model.classify('x'.repeat(1000))).toHaveLength(3);
  await model.dispose();
  const { code, stdout } = await callProgram(program, ['classify', 'a film', '--model', folder, '--engine', 'cpu']);
  expect(code).toBe(0);
  expect(stdout).toBe(
    classes.map(({ label, probability }) => `${(100 * probability).toFixed(1).padStart(5)}%  ${label}\n`).join(''),
  );
});

it('says what a configuration lacks, and that text is bytes', async () => {
  const { decoder: _, ...without } = PACKAGE;
  expect(() => parseClassifierConfig(without)).toThrow('config.json: expected an object in decoder, got undefined');
  expect(() => parseClassifierConfig({ ...PACKAGE, num_latents: '4' })).toThrow('expected a number in num_latents');
});

const fixture = '../shared/fixtures-krasserm/perceiver_io_text_classifier';
it.skipIf(!existsSync(fixture))("opens the package's own file and gives its logits", async () => {
  const { config, parameters, origin } = await openModel(fixture, sequenceClassifierKind);
  expect([origin, config.labels.length]).toEqual(['perceiver-io', config.numLabels]);
  const inputs = await openSafetensors(join(fixture, 'inputs.safetensors'));
  const outputs = await openSafetensors(join(fixture, 'outputs.safetensors'));
  const x = await inputs.read('x');
  const inputIds = tf.tensor2d(Array.from(x.data as BigInt64Array, Number), x.shape as [number, number], 'int32');
  const attentionMask = inputs.tensors.has('pad_mask')
    ? tf.sub<tf.Tensor2D>(
        1,
        tf.tensor2d(Array.from((await inputs.read('pad_mask')).data as Uint8Array, Number), inputIds.shape),
      )
    : undefined;
  const { logits } = sequenceClassifier(config).apply(bindParameters(parameters), { inputIds, attentionMask });
  const expected = tf.tensor2d(toFloat32(await outputs.read('logits')), logits.shape);
  const difference = logits.sub(expected).abs().max().div(expected.abs().max());
  expect((await difference.data())[0]).toBeLessThan(1e-5);
  await Promise.all([inputs.close(), outputs.close()]);
  await expect(PerceiverForSequenceClassification.fromPretrained(fixture)).rejects.toThrow(
    'classifier of bytes: expected a vocabulary of 262, got 31',
  );
});
