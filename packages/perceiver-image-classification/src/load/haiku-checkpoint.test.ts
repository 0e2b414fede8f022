import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDescribed, parseImageClassifierConfig } from './description.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));
const { shape, cases } = JSON.parse(readFileSync(testdata('haiku-classifiers.json'), 'utf8'));
const kind = { parseConfig: parseImageClassifierConfig, build: buildDescribed };
const folder = mkdtempSync(join(tmpdir(), 'haiku-'));

beforeAll(() => selectEngine('cpu'));
afterAll(() => rmSync(folder, { recursive: true }));

describe("DeepMind's own parameters", () => {
  it.each(['fourier', 'learned', 'conv'])('compute what JAX computes of them: %s', async (name) => {
    const config = join(folder, `${name}.json`);
    writeFileSync(config, JSON.stringify(cases[name].config));
    const { origin, model, parameters } = await openModel(testdata(`haiku-${name}.pystate`), kind, { config });
    expect(origin).toBe('haiku');
    const count = shape.reduce((product: number, size: number) => product * size, 1);
    const pixels = tf.tensor4d(
      Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 2001) / 1000 - 1),
      shape,
    );
    const { logits } = model.apply(bindParameters(parameters), { pixels });
    const expected = tf.tensor2d(cases[name].logits);
    const difference = tf.max(tf.abs(tf.sub(logits, expected))).div(tf.max(tf.abs(expected)));
    expect((await difference.data())[0]).toBeLessThan(1e-5);
    tf.dispose(parameters);
  });
});
