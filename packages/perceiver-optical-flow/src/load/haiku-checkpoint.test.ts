import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { opticalFlowModel } from '../model/optical-flow-model.js';
import { parseFlowConfig } from './flow-config.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));
const { shape, config, flow } = JSON.parse(readFileSync(testdata('haiku-flow.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'haiku-'));
const kind = { parseConfig: parseFlowConfig, build: opticalFlowModel };

beforeAll(() => selectEngine('cpu'));
afterAll(() => rmSync(folder, { recursive: true }));

it("computes what JAX computes of DeepMind's own parameters", async () => {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const { origin, model, parameters } = await openModel(testdata('haiku-flow.pystate'), kind, { config: path });
  expect(origin).toBe('haiku');
  const count = shape.reduce((product: number, size: number) => product * size, 1);
  const frames = tf.tensor5d(
    Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 2001) / 1000 - 1),
    shape,
  );
  const { logits } = model.apply(bindParameters(parameters), { frames });
  const expected = tf.tensor4d(flow);
  const difference = tf.max(tf.abs(tf.sub(logits, expected))).div(tf.max(tf.abs(expected)));
  expect((await difference.data())[0]).toBeLessThan(1e-5);
  tf.dispose(parameters);
});
