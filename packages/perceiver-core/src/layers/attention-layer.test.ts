import * as tf from '@tensorflow/tfjs';
import { jit, selectEngine } from 'tfjs-backend-onnxruntime';
import { beforeAll, describe, expect, it } from 'vitest';
import { declareParameters } from '../parameters/declare-parameters.js';
import { initializeParameters } from '../parameters/initialize-parameters.js';
import { bindParameters, type Scope } from '../parameters/scope.js';
import { type AttentionLayerOptions, crossAttend } from './attention-layer.js';
import { runContext } from './run-context.js';
import { attentionMaskBias, keptAny } from './score-bias.js';

interface Inputs {
  readonly x: tf.Tensor3D;
  readonly inputs: tf.Tensor3D;
  readonly mask?: tf.Tensor2D;
}
const layer: AttentionLayerOptions = { numHeads: 1, qkChannels: 10, vChannels: 12, recordAs: 'probabilities' };
const model = (options: AttentionLayerOptions) => ({
  apply: (scope: Scope, { x, inputs, mask }: Inputs) => {
    const masking = mask === undefined ? {} : { scoreBias: attentionMaskBias(mask), sighted: keptAny(mask) };
    return crossAttend(scope, x, inputs, { ...options, ...masking });
  },
  exampleInputs: () => ({
    x: { shape: [1, 3, 8], dtype: 'float32' as const },
    inputs: { shape: [2, 40, 6], dtype: 'float32' as const },
  }),
});

describe('a cross-attend of one head over many inputs, on the compiling engine', () => {
  beforeAll(() => selectEngine('onnxruntime', { threads: 1 }));

  it('makes no keys and values, and gives what they would give', async () => {
    const parameters = initializeParameters(declareParameters(model(layer)), 1, { family: 'torch' });
    const x = tf.randomNormal<tf.Rank.R3>([1, 3, 8], 0, 1, 'float32', 1);
    const inputs = tf.randomNormal<tf.Rank.R3>([2, 40, 6], 0, 2, 'float32', 2);
    const mask = tf.tensor2d(
      Array.from({ length: 80 }, (_, i) => (i < 40 && i % 3 > 0 ? 1 : 0)),
      [2, 40],
    );
    const seen: number[][] = [];
    const recording = runContext({}, (_name, probabilities) => void seen.push(probabilities.shape));
    for (const given of [
      { x, inputs },
      { x, inputs, mask },
    ]) {
      const run = (options: AttentionLayerOptions) =>
        jit((weights: Record<string, tf.Tensor>, given: Inputs) =>
          model(options).apply(bindParameters(weights), given),
        )(parameters, given);
      const [folded, plain] = [await run(layer), await run({ ...layer, context: recording })];
      const difference = (await folded.sub(plain).abs().max().data())[0]!;
      expect(difference).toBeLessThan(1e-5);
      expect((await plain.abs().max().data())[0]).toBeGreaterThan(0.1);
    }
    expect(seen).toEqual([
      [2, 1, 3, 40],
      [2, 1, 3, 40],
    ]);
  });
});
