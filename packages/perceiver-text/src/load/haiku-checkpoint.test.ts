import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { maskedLanguageModel } from '../model/masked-language-model.js';
import { parseMaskedConfig } from './masked-config.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'haiku-'));
const kind = { parseConfig: parseMaskedConfig, build: maskedLanguageModel };
const { inputIds, logits, config: written } = JSON.parse(readFileSync(testdata('haiku-language.json'), 'utf8'));

beforeAll(() => selectEngine('cpu'));
afterAll(() => rmSync(folder, { recursive: true }));

it("opens DeepMind's own parameters and computes with their GELU", async () => {
  const config = join(folder, 'config.json');
  // What the released config.json says of GELU does not matter for these weights.
  writeFileSync(config, JSON.stringify({ ...written, hidden_act: 'gelu' }));
  const opened = await openModel(testdata('haiku-language.pkl'), kind, { config });
  expect(opened.origin).toBe('haiku');
  expect(opened.config.encoder.activation).toBe('gelu-tanh');
  const run = opened.model.apply(bindParameters(opened.parameters), {
    inputIds: tf.tensor2d(inputIds, undefined, 'int32'),
  });
  const found = tf.slice(run.logits, [0, 0, 0], [1, 3, 5]);
  const expected = tf.tensor3d([logits]);
  const difference = tf.max(tf.abs(tf.sub(found, expected))).div(tf.max(tf.abs(expected)));
  expect((await difference.data())[0]).toBeLessThan(1e-5);
});

it('says what to do when such a file is not the released model', async () => {
  await expect(openModel(testdata('haiku-language.pkl'), kind)).rejects.toThrow(
    /embeddings\.weight of shape \[262,768\], got \[262,16\]; if this is not .* --config/,
  );
});
