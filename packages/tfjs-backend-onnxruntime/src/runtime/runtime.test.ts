import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import * as ortWeb from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { jit } from '../jit.js';
import { layerNorm } from '../ops/layer-norm.js';
import { registerOnnxRuntime } from '../register.js';
import { selectEngine } from '../select-engine.js';

const step = (w: tf.Tensor2D, x: tf.Tensor2D) =>
  tf.valueAndGrads((w: tf.Tensor) =>
    layerNorm(x.matMul(w as tf.Tensor2D), tf.ones([3]), tf.zeros([3]))
      .square()
      .mul(w.sum())
      .sum(),
  )([w]);

const inputs = () => [tf.tensor2d([1, -2, 3, 0.5, 5, 6], [2, 3]), tf.tensor2d([1, 2, 3, 4], [2, 2])] as const;

describe('the backend', () => {
  it('runs on onnxruntime-web as on onnxruntime-node', async () => {
    await selectEngine('onnxruntime', { threads: 1 });
    const native = await jit(step)(...inputs());
    const expected = [await native.value.array(), await native.grads[0]!.array()];
    await registerOnnxRuntime(ortWeb as never, { threads: 1, executionProviders: ['wasm'] });
    const web = await jit(step)(...inputs());
    expect((await web.value.data())[0]).toBeCloseTo(expected[0] as number, 4);
    const gradient = (await web.grads[0]!.array()) as number[][];
    gradient.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(value).toBeCloseTo((expected[1] as number[][])[i]![j]!, 3);
      });
    });
  });

  it('writes a Chrome trace of each compiled function', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'profile '));
    await selectEngine('onnxruntime', { threads: 1, profile: join(directory, 'trace') });
    const profiled = jit(step, { name: 'profiled step' });
    await profiled(...inputs());
    await profiled.dispose();
    const [file] = readdirSync(directory).filter((name) => name.startsWith('trace-profiled step'));
    const events = JSON.parse(readFileSync(join(directory, file!), 'utf8')) as { name: string; ph: string }[];
    expect(events.some(({ name, ph }) => ph === 'X' && name.includes('kernel_time'))).toBe(true);
  });

  it('takes execution providers, and says which are not there', async () => {
    await selectEngine('onnxruntime', { executionProviders: ['cpu'], graphOptimization: 'disabled' });
    expect((await jit(step)(...inputs())).grads).toHaveLength(1);
    await selectEngine('onnxruntime', { executionProviders: ['coreml'] });
    await expect(jit(step)(...inputs())).rejects.toThrow(/coreml/i);
  });
});
