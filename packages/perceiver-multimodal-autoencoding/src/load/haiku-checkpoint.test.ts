import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { bindParameters } from 'perceiver-core';
import { openModel } from 'perceiver-inference';
import { selectEngine } from 'tfjs-backend-onnxruntime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { multimodalAutoencoder } from '../model/multimodal-autoencoder.js';
import { type MultimodalDescription, parseMultimodalDescription } from './multimodal-description.js';

const testdata = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));
const { config, points, outputs } = JSON.parse(readFileSync(testdata('haiku-multimodal.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'haiku-'));
const kind = {
  parseConfig: parseMultimodalDescription,
  build: (description: MultimodalDescription) => multimodalAutoencoder(description.config),
};

/** As make-haiku-models.py makes them. */
function thousandths(shape: number[]): tf.Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 2001) / 1000 - 1),
    shape,
  );
}

beforeAll(() => selectEngine('cpu'));
afterAll(() => rmSync(folder, { recursive: true }));

it("computes what JAX computes of DeepMind's own parameters", async () => {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const { origin, model, parameters } = await openModel(testdata('haiku-multimodal.pystate'), kind, { config: path });
  expect(origin).toBe('haiku');
  const [, frames, height, width] = config.output_shape;
  const { logits } = model.apply(bindParameters(parameters), {
    image: thousandths([1, frames, height, width, 3]) as tf.Tensor5D,
    audio: thousandths([1, frames * config.audio_samples_per_frame, 1]) as tf.Tensor3D,
    label: tf.zeros([1, config.num_labels]),
    points: { image: tf.tensor1d(points.image, 'int32'), audio: tf.tensor1d(points.audio, 'int32') },
  });
  for (const modality of ['audio', 'image', 'label'] as const) {
    const expected = tf.tensor(outputs[modality]);
    const difference = tf.max(tf.abs(tf.sub(logits[modality], expected))).div(tf.max(tf.abs(expected)));
    expect([modality, (await difference.data())[0]]).toEqual([modality, expect.closeTo(0, 5)]);
  }
  tf.dispose(parameters);
});
