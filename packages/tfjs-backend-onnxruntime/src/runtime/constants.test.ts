import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, expect, it } from 'vitest';
import { jit } from '../jit.js';
import { mapTensor } from '../map-tensor.js';
import { selectEngine } from '../select-engine.js';

const folder = mkdtempSync(join(tmpdir(), 'constants '));
afterAll(() => rmSync(folder, { recursive: true }));

// The first is part of the model's text, the second too large for it.
it.each([3, 300_000])('constants from a file and %i numbers from memory go together', async (count) => {
  await selectEngine('onnxruntime');
  const path = join(folder, 'weights.bin');
  writeFileSync(path, new Uint8Array(Float32Array.of(7, 2, 3).buffer));
  const weights = { mapped: await mapTensor({ path, byteOffset: 4, byteLength: 8 }, [2]), given: tf.tensor1d([10]) };
  const made = new Float32Array(count).fill(0.5);
  const scaled = jit(
    ({ mapped, given }: typeof weights, x: tf.Tensor) => tf.tensor1d(made).mul(mapped.prod()).add(given).mul(x),
    { constants: [0] },
  );
  for (const x of [1, 2]) {
    const values = await (await scaled(weights, tf.scalar(x))).data();
    expect(values.length).toBe(count);
    expect(new Set(values)).toEqual(new Set([13 * x]));
  }
  await scaled.dispose();
});
