import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type EngineName, EngineUnavailableError, selectEngine } from './select-engine.js';

afterEach(() => vi.unstubAllEnvs());

describe('selectEngine', () => {
  it('takes ONNX Runtime by itself and says so', async () => {
    const { name, description } = await selectEngine('auto', { threads: 1 });
    expect(name).toBe('onnxruntime');
    expect(description).toMatch(/onnxruntime-node on cpu/);
    expect(tf.getBackend()).toBe('onnxruntime');
  });

  it.each([
    [undefined, '1'],
    ['0', '0'],
  ])('has ONNX Runtime report nothing, unless the environment says so: %s', async (before, after) => {
    vi.stubEnv('ORT_DISABLE_TELEMETRY', before);
    await selectEngine('onnxruntime', { threads: 1 });
    expect(process.env.ORT_DISABLE_TELEMETRY).toBe(after);
  });

  it.each(['cpu', 'wasm', 'onnxruntime'] as const)('runs operations on %s', async (engine) => {
    expect((await selectEngine(engine, { threads: 1 })).name).toBe(engine);
    expect(Array.from(await tf.tensor1d([1, 2]).add(1).data())).toEqual([2, 3]);
  });

  it.skipIf(Boolean(process.env.PERCEIVER_TFJS_NODE))(
    'says why TensorFlow does not start, and goes on without it if only preferred',
    async () => {
      await expect(selectEngine('tensorflow')).rejects.toThrow(EngineUnavailableError);
      await expect(selectEngine('tensorflow')).rejects.toThrow(/tfjs-node/);
      const { name, description } = await selectEngine('auto', { preferTensorFlow: true, threads: 1 });
      expect(name).toBe('onnxruntime');
      expect(description).toMatch(/not tensorflow: .*tfjs-node/);
    },
  );

  it('names the engines there are', async () => {
    await expect(selectEngine('cuda' as EngineName)).rejects.toThrow(
      /expected an engine of auto, onnxruntime.*got 'cuda'/,
    );
  });
});
