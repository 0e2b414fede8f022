import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { attention } from '../ops/attention.js';
import { gelu } from '../ops/gelu.js';
import { layerNorm } from '../ops/layer-norm.js';
import { linear } from '../ops/linear.js';
import { selectEngine } from '../select-engine.js';
import { DynamicBatchError } from './dynamic-batch.js';
import { exportOnnx } from './export-onnx.js';

const wave = (shape: number[], phase = 0): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(i + phase)),
    shape,
  );

type Weights = { query: tf.Tensor2D; bias: tf.Tensor1D; latents: tf.Tensor2D };

/** A cross-attend of latents to the input, with everything that depends on the batch size. */
function crossAttend(weights: Weights, inputs: { x: tf.Tensor3D }) {
  const batch = inputs.x.shape[0];
  const latents = weights.latents.expandDims(0).tile([batch, 1, 1]) as tf.Tensor3D;
  const normal = layerNorm(inputs.x, tf.ones([8]), tf.zeros([8]));
  const keys = linear(normal, weights.query, weights.bias) as tf.Tensor3D;
  const z = gelu(attention(latents, keys, keys, { numHeads: 2 }));
  return { latents: z, pooled: z.mean(1).concat(tf.zeros([batch, 1]), 1) };
}

describe('exportOnnx', () => {
  let weights: Weights;
  beforeAll(async () => {
    await selectEngine('onnxruntime', { threads: 1 });
    weights = {
      query: wave([8, 8]) as tf.Tensor2D,
      bias: wave([8], 3) as tf.Tensor1D,
      latents: wave([4, 8], 5) as tf.Tensor2D,
    };
  });

  const runModel = async (model: Uint8Array, x: tf.Tensor, externalData?: { path: string; data: Uint8Array }[]) => {
    const session = await ort.InferenceSession.create(model, {
      ...(externalData ? { externalData } : {}),
      logSeverityLevel: 3,
    });
    return session.run({ 'inputs.x': new ort.Tensor('float32', (await x.data()) as Float32Array, x.shape) });
  };

  it.each([1, 2, 5])('writes one model for every batch size (%i)', async (batch) => {
    const exported = await exportOnnx(crossAttend, [weights, { x: wave([2, 6, 8]) as tf.Tensor3D }], {
      constants: [0],
      argumentNames: ['weights', 'inputs'],
      dynamicBatch: true,
    });
    expect(exported.inputNames).toEqual(['inputs.x']);
    expect(exported.outputNames).toEqual(['latents', 'pooled']);
    const x = wave([batch, 6, 8], batch);
    const results = await runModel(exported.model, x);
    const expected = crossAttend(weights, { x: x as tf.Tensor3D });
    expect(results.latents!.dims).toEqual([batch, 4, 8]);
    const [got, want] = [results.pooled!.data as Float32Array, await expected.pooled.data()];
    expect(got.length).toBe(want.length);
    for (let i = 0; i < want.length; i++) expect(got[i]).toBeCloseTo(want[i]!, 5);
  });

  it('keeps weights in a file of their own above a size', async () => {
    const x = wave([2, 6, 8]) as tf.Tensor3D;
    const exported = await exportOnnx(crossAttend, [weights, { x }], {
      constants: [0],
      argumentNames: ['weights', 'inputs'],
      externalAbove: 10,
    });
    const { name, parts } = exported.external!;
    const results = await runModel(exported.model, x, [{ path: name, data: new Uint8Array(Buffer.concat(parts)) }]);
    const want = await crossAttend(weights, { x }).latents.data();
    expect((results.latents!.data as Float32Array)[9]).toBeCloseTo(want[9]!, 5);
  });

  it('refuses a batch size that decides numbers', async () => {
    const byBatch = (x: tf.Tensor) => x.mul(x.shape[0]!);
    await expect(exportOnnx(byBatch, [tf.ones([2, 3])], { dynamicBatch: true })).rejects.toThrow(DynamicBatchError);
  });
});
